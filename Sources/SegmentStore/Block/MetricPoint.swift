import OTLP

/// One point of one metric stream.
struct MetricPoint {
    /// Its place in the flush's `OriginTable`; as it is read from a block, the block's code of it.
    var origin: UInt32
    /// The Metric message with all but its points.
    var metric: [UInt8]
    /// The point's attributes, as the fields of a Resource message.
    var attributes: [UInt8]
    var value: Value

    enum Value {
        /// The metric was sent without points.
        case none
        case number(NumberDataPoint)
        case histogram(HistogramDataPoint)
        case exponentialHistogram(ExponentialHistogramDataPoint)
        case summary(SummaryDataPoint)

        var timeUnixNano: UInt64 {
            switch self {
            case .none: 0
            case .number(let point): point.timeUnixNano
            case .histogram(let point): point.timeUnixNano
            case .exponentialHistogram(let point): point.timeUnixNano
            case .summary(let point): point.timeUnixNano
            }
        }
    }

    /// All points of a metric; of one without points, one that says so.
    static func all(of metric: Metric, origin: UInt32) -> [MetricPoint] {
        var head = metric
        var values: [(attributes: [Attribute], value: Value)] = []
        switch metric.data {
        case nil: break
        case .gauge(let points):
            head.data = .gauge([])
            values = points.map { ($0.attributes, .number($0)) }
        case .sum(let points, let temporality, let isMonotonic):
            head.data = .sum([], temporality: temporality, isMonotonic: isMonotonic)
            values = points.map { ($0.attributes, .number($0)) }
        case .histogram(let points, let temporality):
            head.data = .histogram([], temporality: temporality)
            values = points.map { ($0.attributes, .histogram($0)) }
        case .exponentialHistogram(let points, let temporality):
            head.data = .exponentialHistogram([], temporality: temporality)
            values = points.map { ($0.attributes, .exponentialHistogram($0)) }
        case .summary(let points):
            head.data = .summary([])
            values = points.map { ($0.attributes, .summary($0)) }
        }
        if values.isEmpty { values = [([], .none)] }
        let message = head.protobuf
        return values.map { attributes, value in
            var list = ProtobufWriter()
            Resource(attributes: attributes).encode(into: &list)
            return MetricPoint(origin: origin, metric: message, attributes: list.bytes, value: value)
        }
    }

    func isOfStream(of other: MetricPoint) -> Bool {
        origin == other.origin && metric == other.metric && attributes == other.attributes
    }

    /// By stream, then by time.
    static func precedes(_ left: MetricPoint, _ right: MetricPoint) -> Bool {
        if left.origin != right.origin { return left.origin < right.origin }
        if left.metric != right.metric { return left.metric.lexicographicallyPrecedes(right.metric) }
        if left.attributes != right.attributes { return left.attributes.lexicographicallyPrecedes(right.attributes) }
        return left.value.timeUnixNano < right.value.timeUnixNano
    }

    var attributeList: [Attribute] {
        let range = WireRange(start: 0, count: UInt32(attributes.count))
        return (try? Resource(range, in: attributes.span))?.attributes ?? []
    }
}

extension MetricPoint.Value {
    /// A point of the kind that the metric has, still without values.
    init(emptyOf data: Metric.Data?, _ presence: Presence) {
        guard presence.contains(.point) else {
            self = .none
            return
        }
        switch data {
        case nil: self = .none
        case .gauge, .sum: self = .number(NumberDataPoint())
        case .histogram: self = .histogram(HistogramDataPoint())
        case .exponentialHistogram: self = .exponentialHistogram(ExponentialHistogramDataPoint())
        case .summary: self = .summary(SummaryDataPoint())
        }
    }
}

extension Metric {
    /// The Metric message.
    var protobuf: [UInt8] {
        var writer = ProtobufWriter()
        encode(into: &writer)
        return writer.bytes
    }

    /// Reads one Metric message.
    init(protobuf bytes: [UInt8]) throws(WireError) {
        var reader = MetricReader()
        _ = try reader.read(WireRange(start: 0, count: UInt32(bytes.count)), in: bytes.span)
        self = reader.metric
    }

    /// A metric that serves to write exemplars down: a point that has nothing else.
    init(holding exemplars: [Exemplar]) {
        var point = NumberDataPoint()
        point.exemplars = exemplars
        self.init(name: "", data: .gauge([point]))
    }

    var exemplars: [Exemplar] {
        if case .gauge(let points) = data { points.flatMap(\.exemplars) } else { [] }
    }

    /// Takes a point in; one of another kind than the metric's is left out.
    mutating func append(_ value: MetricPoint.Value) {
        switch (data, value) {
        case (.gauge(let points), .number(let point)): data = .gauge(points + [point])
        case (.sum(let points, let temporality, let isMonotonic), .number(let point)):
            data = .sum(points + [point], temporality: temporality, isMonotonic: isMonotonic)
        case (.histogram(let points, let temporality), .histogram(let point)):
            data = .histogram(points + [point], temporality: temporality)
        case (.exponentialHistogram(let points, let temporality), .exponentialHistogram(let point)):
            data = .exponentialHistogram(points + [point], temporality: temporality)
        case (.summary(let points), .summary(let point)): data = .summary(points + [point])
        default: break
        }
    }
}

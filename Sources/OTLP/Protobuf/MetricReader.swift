/// Reads Metric messages into values of the model: metrics are few beside spans and logs.
///
/// Errors: `WireError` for malformed bytes; a rejection for a metric that is well-formed and still cannot be taken.
/// Source: opentelemetry-proto 1.x, `metrics/v1/metrics.proto`.
public struct MetricReader: RecordReader, Sendable {
    public static let noun: StaticString = "metric"
    public private(set) var metric = Metric(name: "")
    /// The points read, also those of a rejected metric; a metric without data counts for one.
    public var itemCount: Int { max(1, metric.data?.pointCount ?? 0) }

    /// The message read last.
    public private(set) var message = WireRange.empty

    private var rejection: RecordRejection?

    public init() {}

    /// Reads one Metric message. A returned rejection says why the metric cannot be taken.
    public mutating func read(_ message: WireRange, in bytes: ByteSpan) throws(WireError) -> RecordRejection? {
        metric = Metric(name: "")
        rejection = nil
        self.message = message
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 1: metric.name = text(try cursor.lengthDelimited(field, in: bytes), in: bytes, .name)
            case 2: metric.description = text(try cursor.lengthDelimited(field, in: bytes), in: bytes, .description)
            case 3: metric.unit = text(try cursor.lengthDelimited(field, in: bytes), in: bytes, .unit)
            case 5, 7, 9, 10, 11:
                metric.data = try data(field.number, try cursor.lengthDelimited(field, in: bytes), in: bytes)
            case 12: metric.metadata.append(try attribute(try cursor.lengthDelimited(field, in: bytes), in: bytes))
            default: try cursor.skip(field, in: bytes)
            }
        }
        return rejection
    }

    // MARK: Data messages

    /// Reads a Gauge, Sum, Histogram, ExponentialHistogram or Summary message: 1: points, 2: temporality, 3: monotonic.
    private mutating func data(
        _ number: UInt32, _ message: WireRange, in bytes: ByteSpan
    ) throws(WireError) -> Metric.Data {
        var points: [WireRange] = []
        var temporality = Metric.AggregationTemporality.unspecified
        var isMonotonic = false
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 1: points.append(try cursor.lengthDelimited(field, in: bytes))
            case 2: temporality.rawValue = try cursor.int32(field, in: bytes)
            case 3: isMonotonic = try cursor.varint(field, in: bytes) != 0
            default: try cursor.skip(field, in: bytes)
            }
        }
        switch number {
        case 5: return .gauge(try numberPoints(points, in: bytes))
        case 7: return .sum(try numberPoints(points, in: bytes), temporality: temporality, isMonotonic: isMonotonic)
        case 9:
            var read: [HistogramDataPoint] = []
            for point in points { read.append(try histogramPoint(point, in: bytes)) }
            return .histogram(read, temporality: temporality)
        case 10:
            var read: [ExponentialHistogramDataPoint] = []
            for point in points { read.append(try exponentialPoint(point, in: bytes)) }
            return .exponentialHistogram(read, temporality: temporality)
        default:
            var read: [SummaryDataPoint] = []
            for point in points { read.append(try summaryPoint(point, in: bytes)) }
            return .summary(read)
        }
    }

    // MARK: Points

    private mutating func numberPoints(
        _ messages: [WireRange], in bytes: ByteSpan
    ) throws(WireError) -> [NumberDataPoint] {
        var points: [NumberDataPoint] = []
        for message in messages {
            var point = NumberDataPoint()
            var cursor = WireCursor(message)
            while let field = try cursor.nextField(in: bytes) {
                switch field.number {
                case 2: point.startTimeUnixNano = try cursor.fixed64(field, in: bytes)
                case 3: point.timeUnixNano = try cursor.fixed64(field, in: bytes)
                case 4: point.value = .double(Double(bitPattern: try cursor.fixed64(field, in: bytes)))
                case 5: point.exemplars.append(try exemplar(try cursor.lengthDelimited(field, in: bytes), in: bytes))
                case 6: point.value = .int(Int64(bitPattern: try cursor.fixed64(field, in: bytes)))
                case 7: point.attributes.append(try attribute(try cursor.lengthDelimited(field, in: bytes), in: bytes))
                case 8: point.flags = try cursor.uint32(field, in: bytes)
                default: try cursor.skip(field, in: bytes)
                }
            }
            points.append(point)
        }
        return points
    }

    private mutating func histogramPoint(
        _ message: WireRange, in bytes: ByteSpan
    ) throws(WireError) -> HistogramDataPoint {
        var point = HistogramDataPoint()
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 2: point.startTimeUnixNano = try cursor.fixed64(field, in: bytes)
            case 3: point.timeUnixNano = try cursor.fixed64(field, in: bytes)
            case 4: point.count = try cursor.fixed64(field, in: bytes)
            case 5: point.sum = ExactDouble(bitPattern: try cursor.fixed64(field, in: bytes))
            case 6: try cursor.appendFixed64(field, to: &point.bucketCounts, in: bytes)
            case 7:
                var bounds: [UInt64] = []
                try cursor.appendFixed64(field, to: &bounds, in: bytes)
                point.explicitBounds += bounds.map(ExactDouble.init(bitPattern:))
            case 8: point.exemplars.append(try exemplar(try cursor.lengthDelimited(field, in: bytes), in: bytes))
            case 9: point.attributes.append(try attribute(try cursor.lengthDelimited(field, in: bytes), in: bytes))
            case 10: point.flags = try cursor.uint32(field, in: bytes)
            case 11: point.min = ExactDouble(bitPattern: try cursor.fixed64(field, in: bytes))
            case 12: point.max = ExactDouble(bitPattern: try cursor.fixed64(field, in: bytes))
            default: try cursor.skip(field, in: bytes)
            }
        }
        return point
    }

    private mutating func exponentialPoint(
        _ message: WireRange, in bytes: ByteSpan
    ) throws(WireError) -> ExponentialHistogramDataPoint {
        var point = ExponentialHistogramDataPoint()
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 1: point.attributes.append(try attribute(try cursor.lengthDelimited(field, in: bytes), in: bytes))
            case 2: point.startTimeUnixNano = try cursor.fixed64(field, in: bytes)
            case 3: point.timeUnixNano = try cursor.fixed64(field, in: bytes)
            case 4: point.count = try cursor.fixed64(field, in: bytes)
            case 5: point.sum = ExactDouble(bitPattern: try cursor.fixed64(field, in: bytes))
            case 6: point.scale = try cursor.sint32(field, in: bytes)
            case 7: point.zeroCount = try cursor.fixed64(field, in: bytes)
            case 8: point.positive = try buckets(try cursor.lengthDelimited(field, in: bytes), in: bytes)
            case 9: point.negative = try buckets(try cursor.lengthDelimited(field, in: bytes), in: bytes)
            case 10: point.flags = try cursor.uint32(field, in: bytes)
            case 11: point.exemplars.append(try exemplar(try cursor.lengthDelimited(field, in: bytes), in: bytes))
            case 12: point.min = ExactDouble(bitPattern: try cursor.fixed64(field, in: bytes))
            case 13: point.max = ExactDouble(bitPattern: try cursor.fixed64(field, in: bytes))
            case 14: point.zeroThreshold = ExactDouble(bitPattern: try cursor.fixed64(field, in: bytes))
            default: try cursor.skip(field, in: bytes)
            }
        }
        return point
    }

    private mutating func summaryPoint(_ message: WireRange, in bytes: ByteSpan) throws(WireError) -> SummaryDataPoint {
        var point = SummaryDataPoint()
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 2: point.startTimeUnixNano = try cursor.fixed64(field, in: bytes)
            case 3: point.timeUnixNano = try cursor.fixed64(field, in: bytes)
            case 4: point.count = try cursor.fixed64(field, in: bytes)
            case 5: point.sum = ExactDouble(bitPattern: try cursor.fixed64(field, in: bytes))
            case 6: point.quantileValues.append(try quantile(try cursor.lengthDelimited(field, in: bytes), in: bytes))
            case 7: point.attributes.append(try attribute(try cursor.lengthDelimited(field, in: bytes), in: bytes))
            case 8: point.flags = try cursor.uint32(field, in: bytes)
            default: try cursor.skip(field, in: bytes)
            }
        }
        return point
    }

    // MARK: Parts of points

    private func buckets(
        _ message: WireRange, in bytes: ByteSpan
    ) throws(WireError) -> ExponentialHistogramDataPoint.Buckets {
        var buckets = ExponentialHistogramDataPoint.Buckets()
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 1: buckets.offset = try cursor.sint32(field, in: bytes)
            case 2: try cursor.appendVarints(field, to: &buckets.bucketCounts, in: bytes)
            default: try cursor.skip(field, in: bytes)
            }
        }
        return buckets
    }

    private func quantile(
        _ message: WireRange, in bytes: ByteSpan
    ) throws(WireError) -> SummaryDataPoint.QuantileValue {
        var value = SummaryDataPoint.QuantileValue()
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 1: value.quantile = ExactDouble(bitPattern: try cursor.fixed64(field, in: bytes))
            case 2: value.value = ExactDouble(bitPattern: try cursor.fixed64(field, in: bytes))
            default: try cursor.skip(field, in: bytes)
            }
        }
        return value
    }

    private mutating func exemplar(_ message: WireRange, in bytes: ByteSpan) throws(WireError) -> Exemplar {
        var exemplar = Exemplar()
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 2: exemplar.timeUnixNano = try cursor.fixed64(field, in: bytes)
            case 3: exemplar.value = .double(Double(bitPattern: try cursor.fixed64(field, in: bytes)))
            case 4: exemplar.spanID = id(try cursor.lengthDelimited(field, in: bytes), in: bytes, .exemplarSpanID)
            case 5: exemplar.traceID = id(try cursor.lengthDelimited(field, in: bytes), in: bytes, .exemplarTraceID)
            case 6: exemplar.value = .int(Int64(bitPattern: try cursor.fixed64(field, in: bytes)))
            case 7:
                let message = try cursor.lengthDelimited(field, in: bytes)
                exemplar.filteredAttributes.append(try attribute(message, in: bytes))
            default: try cursor.skip(field, in: bytes)
            }
        }
        return exemplar
    }

    private mutating func attribute(_ message: WireRange, in bytes: ByteSpan) throws(WireError) -> Attribute {
        var found: RecordRejection?
        let view = try AttributeReader.keyValue(message, in: bytes, &found)
        if let found {
            rejection = found
            return Attribute(key: "", value: nil)
        }
        return try Attribute(view, in: bytes)
    }

    private mutating func text(
        _ range: WireRange, in bytes: ByteSpan, _ field: RecordRejection.Field
    ) -> String {
        if !bytes.isUTF8(range) { rejection = .invalidUTF8(field) }
        return bytes.string(range)
    }

    private mutating func id<ID: WireID>(
        _ range: WireRange, in bytes: ByteSpan, _ field: RecordRejection.Field
    ) -> ID {
        if let id = ID(wire: range, in: bytes) { return id }
        rejection = .invalidID(field)
        return .zero
    }
}

extension WireCursor {
    mutating func sint32(_ field: WireField, in bytes: ByteSpan) throws(WireError) -> Int32 {
        let value = try uint32(field, in: bytes)
        return Int32(bitPattern: value >> 1) ^ -Int32(bitPattern: value & 1)
    }

    /// A repeated fixed64 or double: packed, or one element of an unpacked run.
    mutating func appendFixed64(
        _ field: WireField, to values: inout [UInt64], in bytes: ByteSpan
    ) throws(WireError) {
        if field.type == .fixed64 {
            values.append(try fixed64(in: bytes))
        } else {
            var packed = WireCursor(try lengthDelimited(field, in: bytes))
            while !packed.isAtEnd { values.append(try packed.fixed64(in: bytes)) }
        }
    }

    /// A repeated varint: packed, or one element of an unpacked run.
    mutating func appendVarints(
        _ field: WireField, to values: inout [UInt64], in bytes: ByteSpan
    ) throws(WireError) {
        if field.type == .varint {
            values.append(try varint(in: bytes))
        } else {
            var packed = WireCursor(try lengthDelimited(field, in: bytes))
            while !packed.isAtEnd { values.append(try packed.varint(in: bytes)) }
        }
    }
}

package import OTLP

/// Telemetry of every shape that the model can hold, the same for the same seed.
package struct RandomTelemetry {
    private var generator: SplitMix64
    /// JSON has one NaN; protobuf keeps each of them.
    private let hasOneNaN: Bool

    package init(seed: UInt64, hasOneNaN: Bool = false) {
        generator = SplitMix64(state: seed)
        self.hasOneNaN = hasOneNaN
    }

    // MARK: The three signals

    package mutating func traces() -> TracesData {
        TracesData(
            resourceSpans: list(0...3) { random in
                ResourceSpans(
                    resource: random.optional { $0.resource() },
                    scopeSpans: random.list(0...3) { random in
                        ScopeSpans(
                            scope: random.optional { $0.scope() }, spans: random.list(0...4) { $0.span() },
                            schemaURL: random.text())
                    },
                    schemaURL: random.text())
            })
    }

    package mutating func logs() -> LogsData {
        LogsData(
            resourceLogs: list(0...3) { random in
                ResourceLogs(
                    resource: random.optional { $0.resource() },
                    scopeLogs: random.list(0...3) { random in
                        ScopeLogs(
                            scope: random.optional { $0.scope() }, logRecords: random.list(0...4) { $0.logRecord() },
                            schemaURL: random.text())
                    },
                    schemaURL: random.text())
            })
    }

    package mutating func metrics() -> MetricsData {
        MetricsData(
            resourceMetrics: list(0...3) { random in
                ResourceMetrics(
                    resource: random.optional { $0.resource() },
                    scopeMetrics: random.list(0...2) { random in
                        ScopeMetrics(
                            scope: random.optional { $0.scope() }, metrics: random.list(0...4) { $0.metric() },
                            schemaURL: random.text())
                    },
                    schemaURL: random.text())
            })
    }

    // MARK: Records

    package mutating func span() -> Span {
        Span(
            traceID: TraceID(high: uint64(), low: uint64() | 1), spanID: SpanID(uint64() | 1), parentSpanID: spanID(),
            traceState: text(), flags: uint32(), name: text(), kind: Span.Kind(rawValue: enumeration(0...5)),
            startTimeUnixNano: uint64(), endTimeUnixNano: uint64(), attributes: attributes(),
            droppedAttributesCount: uint32(),
            events: list(0...3) { random in
                Span.Event(
                    timeUnixNano: random.uint64(), name: random.text(), attributes: random.attributes(),
                    droppedAttributesCount: random.uint32())
            },
            droppedEventsCount: uint32(),
            links: list(0...3) { random in
                Span.Link(
                    traceID: random.traceID(), spanID: random.spanID(), traceState: random.text(),
                    attributes: random.attributes(), droppedAttributesCount: random.uint32(), flags: random.uint32())
            },
            droppedLinksCount: uint32(),
            status: optional { random in
                Span.Status(code: Span.Status.Code(rawValue: random.enumeration(0...2)), message: random.text())
            })
    }

    package mutating func logRecord() -> LogRecord {
        LogRecord(
            timeUnixNano: uint64(), observedTimeUnixNano: uint64(),
            severityNumber: LogRecord.Severity(rawValue: enumeration(0...24)), severityText: text(),
            body: optional { $0.value() }, attributes: attributes(), droppedAttributesCount: uint32(), flags: uint32(),
            traceID: traceID(), spanID: spanID(), eventName: text())
    }

    package mutating func metric() -> Metric {
        let temporality = Metric.AggregationTemporality(rawValue: enumeration(0...2))
        let data: Metric.Data? =
            switch below(6) {
            case 0: .gauge(list(0...3) { $0.numberPoint() })
            case 1: .sum(list(0...3) { $0.numberPoint() }, temporality: temporality, isMonotonic: bool())
            case 2: .histogram(list(0...3) { $0.histogramPoint() }, temporality: temporality)
            case 3: .exponentialHistogram(list(0...3) { $0.exponentialPoint() }, temporality: temporality)
            case 4: .summary(list(0...3) { $0.summaryPoint() })
            default: nil
            }
        return Metric(name: text(), description: text(), unit: text(), metadata: attributes(), data: data)
    }

    private mutating func numberPoint() -> NumberDataPoint {
        var point = NumberDataPoint()
        point.attributes = attributes()
        point.startTimeUnixNano = uint64()
        point.timeUnixNano = uint64()
        point.value = number()
        point.exemplars = exemplars()
        point.flags = uint32()
        return point
    }

    private mutating func histogramPoint() -> HistogramDataPoint {
        var point = HistogramDataPoint()
        point.attributes = attributes()
        point.startTimeUnixNano = uint64()
        point.timeUnixNano = uint64()
        point.count = uint64()
        point.sum = optional { $0.exactDouble() }
        point.bucketCounts = list(0...4) { $0.uint64() }
        point.explicitBounds = list(0...4) { $0.exactDouble() }
        point.exemplars = exemplars()
        point.flags = uint32()
        point.min = optional { $0.exactDouble() }
        point.max = optional { $0.exactDouble() }
        return point
    }

    private mutating func exponentialPoint() -> ExponentialHistogramDataPoint {
        var point = ExponentialHistogramDataPoint()
        point.attributes = attributes()
        point.startTimeUnixNano = uint64()
        point.timeUnixNano = uint64()
        point.count = uint64()
        point.sum = optional { $0.exactDouble() }
        point.scale = int32()
        point.zeroCount = uint64()
        point.positive = optional { $0.buckets() }
        point.negative = optional { $0.buckets() }
        point.flags = uint32()
        point.exemplars = exemplars()
        point.min = optional { $0.exactDouble() }
        point.max = optional { $0.exactDouble() }
        point.zeroThreshold = exactDouble()
        return point
    }

    private mutating func buckets() -> ExponentialHistogramDataPoint.Buckets {
        ExponentialHistogramDataPoint.Buckets(offset: int32(), bucketCounts: list(0...4) { $0.uint64() })
    }

    private mutating func summaryPoint() -> SummaryDataPoint {
        var point = SummaryDataPoint()
        point.attributes = attributes()
        point.startTimeUnixNano = uint64()
        point.timeUnixNano = uint64()
        point.count = uint64()
        point.sum = exactDouble()
        point.quantileValues = list(0...3) { random in
            SummaryDataPoint.QuantileValue(quantile: random.exactDouble(), value: random.exactDouble())
        }
        point.flags = uint32()
        return point
    }

    private mutating func exemplars() -> [Exemplar] {
        list(0...2) { random in
            var exemplar = Exemplar()
            exemplar.filteredAttributes = random.attributes()
            exemplar.timeUnixNano = random.uint64()
            exemplar.value = random.number()
            exemplar.spanID = random.spanID()
            exemplar.traceID = random.traceID()
            return exemplar
        }
    }

    // MARK: Origins and attributes

    private mutating func resource() -> Resource {
        Resource(
            attributes: attributes(), droppedAttributesCount: uint32(),
            entityRefs: list(0...2) { random in
                EntityRef(
                    schemaURL: random.text(), type: random.text(), idKeys: random.list(0...2) { $0.text() },
                    descriptionKeys: random.list(0...2) { $0.text() })
            })
    }

    private mutating func scope() -> InstrumentationScope {
        InstrumentationScope(
            name: text(), version: text(), attributes: attributes(), droppedAttributesCount: uint32())
    }

    /// Keys repeat often.
    private mutating func attributes(depth: Int = 0) -> [Attribute] {
        list(0...3) { random in
            Attribute(
                key: random.pick(["", "a", "b", random.text()]), value: random.optional { $0.value(depth: depth) })
        }
    }

    private mutating func value(depth: Int = 0) -> AttributeValue {
        switch below(depth < 3 ? 8 : 6) {
        case 0: .empty
        case 1: .string(text())
        case 2: .bool(bool())
        case 3: .int(Int64(bitPattern: uint64()))
        case 4: .double(exactDouble().value)
        case 5: .bytes(list(0...5) { UInt8(truncatingIfNeeded: $0.generator.next()) })
        case 6: .array(list(0...3) { $0.value(depth: depth + 1) })
        default: .map(attributes(depth: depth + 1))
        }
    }

    private mutating func number() -> NumberValue? {
        switch below(3) {
        case 0: nil
        case 1: .int(Int64(bitPattern: uint64()))
        default: .double(exactDouble().value)
        }
    }

    // MARK: Scalars

    private mutating func traceID() -> TraceID {
        below(4) == 0 ? .zero : TraceID(high: uint64(), low: uint64())
    }

    private mutating func spanID() -> SpanID {
        below(4) == 0 ? .zero : SpanID(uint64())
    }

    private mutating func text() -> String {
        switch below(40) {
        case 0: String(repeating: "a long value ", count: 700)
        case 1: String(String.UnicodeScalarView(list(1...8) { $0.scalar() }))
        default:
            pick([
                "", "", "x", "GET /courses/{id}", "\"quoted\\\" \u{8}\u{c}\n\r\t\u{1f}\u{0}\u{7f}", "ünïcødé", "日本語",
                "👩🏽‍🚀🏴‍☠️", "e\u{301}", "\u{e9}", "\u{2028}\u{feff}\u{202e}", "</script>", "\u{1b}[31m", "null", "NaN",
            ])
        }
    }

    private mutating func scalar() -> Unicode.Scalar {
        while true {
            if let scalar = Unicode.Scalar(UInt32(below(0x11_0000))) { return scalar }
        }
    }

    private mutating func uint64() -> UInt64 {
        pick([0, 0, 1, 127, 128, 1 << 53 + 1, 1_700_000_000_123_456_789, 1 << 63 - 1, 1 << 63, .max, generator.next()])
    }

    private mutating func uint32() -> UInt32 {
        pick([0, 0, 1, 127, 128, 1 << 31, .max, UInt32(truncatingIfNeeded: generator.next())])
    }

    private mutating func int32() -> Int32 {
        Int32(bitPattern: pick([uint32(), 0 &- uint32()]))
    }

    /// A number of the range, or one that no version knows.
    private mutating func enumeration(_ range: ClosedRange<Int32>) -> Int32 {
        below(4) == 0 ? int32() : range.lowerBound + Int32(below(range.count))
    }

    private mutating func exactDouble() -> ExactDouble {
        let value = pick([
            0, -0.0, 1, -1.5, 0.1, 1e300, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity, .nan,
            0x1p53,
            Double(bitPattern: generator.next()),
        ])
        return ExactDouble(value.isNaN && hasOneNaN ? .nan : value)
    }

    private mutating func bool() -> Bool { below(2) == 0 }

    private mutating func below(_ bound: Int) -> Int {
        Int(generator.next() % UInt64(bound))
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }

    private mutating func optional<Element>(_ element: (inout RandomTelemetry) -> Element) -> Element? {
        below(3) == 0 ? nil : element(&self)
    }

    private mutating func list<Element>(
        _ count: ClosedRange<Int>, _ element: (inout RandomTelemetry) -> Element
    ) -> [Element] {
        (0..<count.lowerBound + below(count.count)).map { _ in element(&self) }
    }
}

/// The generator of Steele, Lea and Flood: short, and the same everywhere.
package struct SplitMix64: RandomNumberGenerator {
    package var state: UInt64

    package init(state: UInt64) {
        self.state = state
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

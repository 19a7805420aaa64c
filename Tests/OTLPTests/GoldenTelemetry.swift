import OTLP

/// The values that Golden/make_golden.py writes.
enum GoldenTelemetry {
    static let traceID = TraceID(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)
    static let spanID = SpanID(0x00f0_67aa_0ba9_02b7)
    static let parentSpanID = SpanID(.max)
    static let start: UInt64 = 1_700_000_000_123_456_789
    static let end: UInt64 = 1_700_000_001_987_654_321

    // MARK: Traces

    static let traces = TracesData(resourceSpans: [
        ResourceSpans(
            resource: resource,
            scopeSpans: [
                ScopeSpans(scope: scope, spans: [fullSpan, extremeSpan], schemaURL: "https://example.org/scope"),
                ScopeSpans(scope: InstrumentationScope(), spans: [bareSpan]),
                ScopeSpans(),
            ],
            schemaURL: "https://example.org/resource"),
        ResourceSpans(resource: Resource()),
        ResourceSpans(),
    ])

    private static let fullSpan = Span(
        traceID: traceID, spanID: spanID, parentSpanID: parentSpanID, traceState: "vendor=a,other=b", flags: 0x301,
        name: "GET /courses/{id}", kind: .server, startTimeUnixNano: start, endTimeUnixNano: end,
        attributes: attributes, droppedAttributesCount: 2,
        events: [
            Span.Event(
                timeUnixNano: start, name: "exception", attributes: [Attribute("exception.type", "Timeout")],
                droppedAttributesCount: 3),
            Span.Event(timeUnixNano: 0, name: ""),
        ],
        droppedEventsCount: 4,
        links: [
            Span.Link(
                traceID: traceID, spanID: parentSpanID, traceState: "vendor=c",
                attributes: [Attribute("messaging.queue", "progress")], droppedAttributesCount: 5, flags: 0x100),
            Span.Link(traceID: .zero, spanID: .zero),
        ],
        droppedLinksCount: 6, status: Span.Status(code: .error, message: "deadline exceeded"))

    private static let extremeSpan = Span(
        traceID: traceID, spanID: spanID, flags: .max, name: "", kind: Span.Kind(rawValue: 99),
        startTimeUnixNano: .max, endTimeUnixNano: 0, status: Span.Status(code: .unset))

    private static let bareSpan = Span(
        traceID: traceID, spanID: parentSpanID, name: "", startTimeUnixNano: 0, endTimeUnixNano: 0)

    // MARK: Logs

    static let logs = LogsData(resourceLogs: [
        ResourceLogs(
            resource: resource,
            scopeLogs: [
                ScopeLogs(
                    scope: scope,
                    logRecords: [
                        LogRecord(
                            timeUnixNano: start, observedTimeUnixNano: end, severityNumber: .error,
                            severityText: "ERROR", body: "no answer from the model", attributes: attributes,
                            droppedAttributesCount: 1, flags: 1, traceID: traceID, spanID: spanID,
                            eventName: "model.timeout"),
                        LogRecord(body: .empty),
                        LogRecord(body: .map([Attribute("a", 1)])),
                        LogRecord(timeUnixNano: .max, severityNumber: LogRecord.Severity(rawValue: -1), flags: .max),
                        LogRecord(),
                    ],
                    schemaURL: "https://example.org/scope")
            ],
            schemaURL: "https://example.org/resource")
    ])

    // MARK: Metrics

    static let metrics = MetricsData(resourceMetrics: [
        ResourceMetrics(
            resource: resource,
            scopeMetrics: [
                ScopeMetrics(
                    scope: scope,
                    metrics: [
                        Metric(
                            name: "memory", description: "what is used", unit: "By",
                            metadata: [Attribute("origin", "platform")], data: .gauge(gaugePoints)),
                        Metric(
                            name: "requests", unit: "{request}",
                            data: .sum([numberPoint(.double(1e300))], temporality: .cumulative, isMonotonic: true)),
                        Metric(
                            name: "duration", unit: "s",
                            data: .histogram([histogramPoint, HistogramDataPoint()], temporality: .delta)),
                        Metric(
                            name: "size", unit: "By",
                            data: .exponentialHistogram(
                                exponentialPoints, temporality: Metric.AggregationTemporality(rawValue: 77))),
                        Metric(name: "quantiles", data: .summary([summaryPoint])),
                        Metric(name: "empty sum", data: .sum([], temporality: .unspecified, isMonotonic: false)),
                        Metric(name: "no data"),
                    ],
                    schemaURL: "https://example.org/scope")
            ],
            schemaURL: "https://example.org/resource")
    ])

    private static let gaugePoints: [NumberDataPoint] = {
        var first = numberPoint(.int(.min))
        first.exemplars = exemplars
        var minusZero = NumberDataPoint()
        minusZero.value = .double(-0.0)
        var zero = NumberDataPoint()
        zero.value = .int(0)
        return [first, minusZero, zero, NumberDataPoint()]
    }()

    private static func numberPoint(_ value: NumberValue) -> NumberDataPoint {
        var point = NumberDataPoint()
        point.attributes = pointAttributes
        point.startTimeUnixNano = start
        point.timeUnixNano = end
        point.value = value
        point.flags = 1
        return point
    }

    private static let histogramPoint: HistogramDataPoint = {
        var point = HistogramDataPoint()
        point.attributes = pointAttributes
        point.startTimeUnixNano = start
        point.timeUnixNano = end
        point.count = .max
        point.sum = -1.5
        point.bucketCounts = [0, 1, .max]
        point.explicitBounds = [0.005, ExactDouble(.infinity)]
        point.exemplars = exemplars
        point.flags = 1
        point.min = 0
        point.max = 2
        return point
    }()

    private static let exponentialPoints: [ExponentialHistogramDataPoint] = {
        var point = ExponentialHistogramDataPoint()
        point.attributes = pointAttributes
        point.startTimeUnixNano = start
        point.timeUnixNano = end
        point.count = 9
        point.sum = 0
        point.scale = -10
        point.zeroCount = 2
        point.positive = ExponentialHistogramDataPoint.Buckets(offset: .max, bucketCounts: [0, 300, .max])
        point.negative = ExponentialHistogramDataPoint.Buckets(offset: .min)
        point.flags = 1
        point.exemplars = exemplars
        point.min = -7.25
        point.max = 7.25
        point.zeroThreshold = 1e-9
        var bare = ExponentialHistogramDataPoint()
        bare.positive = ExponentialHistogramDataPoint.Buckets()
        return [point, bare]
    }()

    private static let summaryPoint: SummaryDataPoint = {
        var point = SummaryDataPoint()
        point.attributes = pointAttributes
        point.startTimeUnixNano = start
        point.timeUnixNano = end
        point.count = 3
        point.sum = 4.5
        point.quantileValues = [
            SummaryDataPoint.QuantileValue(quantile: 0.99, value: 1.25), SummaryDataPoint.QuantileValue(),
        ]
        point.flags = 1
        return point
    }()

    private static let exemplars: [Exemplar] = {
        var full = Exemplar()
        full.filteredAttributes = [Attribute("user", "x")]
        full.timeUnixNano = end
        full.value = .double(0)
        full.spanID = spanID
        full.traceID = traceID
        var integer = Exemplar()
        integer.value = .int(-1)
        return [full, integer, Exemplar()]
    }()

    private static let pointAttributes = [Attribute("route", "/")]

    // MARK: Origins and attributes

    private static let resource = Resource(
        attributes: [Attribute("service.name", "tutor")], droppedAttributesCount: .max,
        entityRefs: [
            EntityRef(
                schemaURL: "https://example.org/entity", type: "service", idKeys: ["service.name", ""],
                descriptionKeys: ["service.version"])
        ])

    private static let scope = InstrumentationScope(
        name: "library", version: "1.2.3", attributes: [Attribute("scope", true)], droppedAttributesCount: 1)

    private static let attributes = [
        Attribute("string", "täglich 👩🏽‍🚀\n\"\\\u{0}"),
        Attribute("string", ""),
        Attribute("bool", true),
        Attribute("bool", false),
        Attribute("int", .int(.min)),
        Attribute("int", .int(.max)),
        Attribute("int", 0),
        Attribute("double", 637.704),
        Attribute("double", .double(-0.0)),
        Attribute("double", .double(.nan)),
        Attribute("double", .double(.infinity)),
        Attribute("double", .double(-.infinity)),
        Attribute("double", .double(.leastNonzeroMagnitude)),
        Attribute("bytes", .bytes([0, 1, 254, 255])),
        Attribute("bytes", .bytes([])),
        Attribute("array", .array([1, .empty, .array([true])])),
        Attribute("array", .array([])),
        Attribute("map", .map([Attribute("inner", .map([])), Attribute("inner", "again")])),
        Attribute("empty", .empty),
        Attribute(key: "absent", value: nil),
        Attribute("", "no key"),
    ]
}

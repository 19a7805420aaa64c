import OTLP

/// Short spans for the tests: ids are small numbers, times are milliseconds after a fixed moment.
enum Spans {
    static let origin: UInt64 = 1_795_509_381_000_000_000

    static func span(
        _ id: UInt64, under parent: UInt64 = 0, trace: UInt64 = 1, _ name: String = "", from start: UInt64 = 0,
        to end: UInt64 = 100,
        kind: Span.Kind = .internal, isError: Bool = false, attributes: [Attribute] = [], links: [Span.Link] = []
    ) -> Span {
        Span(
            traceID: TraceID(high: 0, low: trace), spanID: SpanID(id), parentSpanID: SpanID(parent),
            name: name.isEmpty ? "span \(id)" : name, kind: kind, startTimeUnixNano: origin + start * 1_000_000,
            endTimeUnixNano: origin + end * 1_000_000, attributes: attributes, links: links,
            status: isError ? Span.Status(code: .error, message: "failed") : nil)
    }

    /// Like `traces`, with more attributes of each resource.
    static func traces(_ services: [(attributes: [Attribute], spans: [Span])]) -> TracesData {
        TracesData(
            resourceSpans: services.map {
                ResourceSpans(resource: Resource(attributes: $0.attributes), scopeSpans: [ScopeSpans(spans: $0.spans)])
            })
    }

    static func traces(_ services: [(String, [Span])]) -> TracesData {
        TracesData(
            resourceSpans: services.map { service, spans in
                ResourceSpans(
                    resource: Resource(attributes: [Attribute("service.name", .string(service))]),
                    scopeSpans: [ScopeSpans(spans: spans)])
            })
    }
}

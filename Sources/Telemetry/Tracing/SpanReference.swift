package import Tracing

/// What a context carries of a span: one pointer, so that a context costs one allocation and a log line one look-up.
///
/// A span that is recorded here is its own reference (`SpanRecording`); any other is only its ids.
package class SpanReference: @unchecked Sendable {
    package final let spanContext: SpanContext
    /// The request that the span belongs to, looked up once so that log lines need not.
    package final let requestID: String?
    /// What this process keeps of the request while it serves it; `nil` outside of an invocation.
    package final let scope: RequestScope?

    init(_ spanContext: SpanContext, requestID: String? = nil, scope: RequestScope? = nil) {
        self.spanContext = spanContext
        self.requestID = requestID
        self.scope = scope
    }

    /// The span itself when it is recorded here.
    package var recording: SpanRecording? { nil }
}

private enum SpanReferenceKey: InstrumentationContextKey {
    typealias Value = SpanReference
}

extension InstrumentationContext {
    package var spanReference: SpanReference? {
        get { self[SpanReferenceKey.self] }
        set { self[SpanReferenceKey.self] = newValue }
    }
}

package import Tracing

/// What a context carries of a span: one pointer, so that a context costs one allocation and a log line one look-up.
///
/// A span that is recorded here is its own reference (`SpanRecording`); any other is only its ids.
package class SpanReference: @unchecked Sendable {
    package final let spanContext: SpanContext
    /// The request that the span belongs to, looked up once so that log lines need not.
    package final let requestID: String?
    /// What has begun in this process together with the span; `nil` when nothing of it is recorded.
    package final let counts: BegunCounts?

    init(_ spanContext: SpanContext, requestID: String? = nil, counts: BegunCounts? = nil) {
        self.spanContext = spanContext
        self.requestID = requestID
        self.counts = counts
    }

    convenience init(_ beginning: borrowing RecordingTracer.Beginning) {
        self.init(beginning.spanContext, requestID: beginning.requestID, counts: beginning.counts)
    }

    /// What this process keeps of the request while it serves it; `nil` outside of an invocation.
    package final var scope: RequestScope? { counts?.scope }

    /// The span itself when it is recorded here.
    package var recording: SpanRecording? { nil }
}

private enum SpanReferenceKey: InstrumentationContextKey {
    typealias Value = SpanReference
}

extension InstrumentationContext {
    package var spanReference: SpanReference? {
        // Every span and every line asks. A context holds two or three things: going through them costs a quarter of what
        // hashing the key and casting the value does.
        get {
            var found: Unmanaged<SpanReference>?
            forEach { key, value in
                guard ObjectIdentifier(key.keyType) == ObjectIdentifier(SpanReferenceKey.self) else { return }
                // Nothing but a `SpanReference` is ever put under that key, and an object lies in the first word of its box.
                found = withUnsafeBytes(of: value) { $0.load(as: Unmanaged<SpanReference>.self) }
            }
            return found?.takeUnretainedValue()
        }
        set { self[SpanReferenceKey.self] = newValue }
    }
}

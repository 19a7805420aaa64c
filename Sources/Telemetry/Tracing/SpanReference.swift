import OTLP
package import Tracing

/// What a context carries of a span: one pointer, so that a context costs one allocation and a log line one look-up.
///
/// A span that is recorded here is its own reference (`SpanRecording`); any other is only its ids.
package class SpanReference: @unchecked Sendable {
    package final let spanContext: SpanContext
    final let parentSpanID: SpanID
    final let isParentRemote: Bool
    /// The request that the span belongs to, looked up once so that log lines need not.
    package final let requestID: String?
    /// What has begun in this process together with the span; `nil` when nothing of it is recorded.
    package final let counts: BegunCounts?
    /// The same for whoever holds the reference meanwhile.
    final var unretainedCounts: Unmanaged<BegunCounts>? { counts.map { .passUnretained($0) } }

    /// Of a span that nothing is known of but its ids.
    init(_ spanContext: SpanContext) {
        self.spanContext = spanContext
        parentSpanID = .zero
        isParentRemote = false
        requestID = nil
        counts = nil
    }

    init(_ beginning: consuming RecordingTracer.Beginning) {
        parentSpanID = beginning.parentSpanID
        isParentRemote = beginning.isParentRemote
        spanContext = beginning.spanContext
        requestID = beginning.requestID
        counts = beginning.newCounts ?? beginning.inheritedCounts?.takeUnretainedValue()
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
        get { unretainedSpanReference?.takeUnretainedValue() }
        set { self[SpanReferenceKey.self] = newValue }
    }

    /// The same for whoever holds the context meanwhile.
    ///
    /// Every span and every line asks. A context holds two or three things: going through them costs a quarter of what
    /// hashing the key and casting the value does.
    var unretainedSpanReference: Unmanaged<SpanReference>? {
        var found: Unmanaged<SpanReference>?
        forEach { (key: borrowing AnyInstrumentationContextKey, value: borrowing any Sendable) in
            guard ObjectIdentifier(key.keyType) == ObjectIdentifier(SpanReferenceKey.self) else { return }
            // Nothing but a `SpanReference` is ever put under that key, and an object lies in the first word of its box.
            found = withUnsafeBytes(of: value) { $0.load(as: Unmanaged<SpanReference>.self) }
        }
        return found
    }

    /// The context inside of a span.
    func inside(_ span: consuming SpanReference) -> InstrumentationContext {
        var inside = self
        inside.spanReference = span
        return inside
    }

    /// The same, made of the context of an earlier span where this one holds nothing else either.
    @inline(__always)
    func inside(_ span: consuming SpanReference, below parent: SpanReference?) -> InstrumentationContext {
        guard count == (parent == nil ? 0 : 1) else { return inside(span) }
        let scratch = Scratch.take()
        defer { Scratch.giveBack(scratch) }
        return scratch.pointee.context(inside: span)
    }

    /// The same for whoever has a scratch already.
    @inline(__always)
    func inside(
        _ span: consuming SpanReference, below parent: SpanReference?, _ scratch: Scratch.Pointer?
    ) -> InstrumentationContext {
        guard let scratch, count == (parent == nil ? 0 : 1) else { return inside(span) }
        return scratch.pointee.context(inside: span)
    }
}

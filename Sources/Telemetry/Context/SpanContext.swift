package import OTLP
package import Tracing

/// What identifies a span beyond its process: ids, flags and state, as W3C Trace Context carries them.
package struct SpanContext: Hashable, Sendable {
    package var traceID: TraceID
    package var spanID: SpanID
    /// W3C trace flags; bit 0 says that the span is recorded, bit 1 that the trace id is random.
    package var flags: UInt8
    /// `tracestate` as received.
    package var traceState: String
    /// It came from another process.
    package var isRemote: Bool

    package init(traceID: TraceID, spanID: SpanID, flags: UInt8, traceState: String = "", isRemote: Bool = false) {
        self.traceID = traceID
        self.spanID = spanID
        self.flags = flags
        self.traceState = traceState
        self.isRemote = isRemote
    }

    static let sampledFlag: UInt8 = 1
    static let randomFlag: UInt8 = 2

    package var isSampled: Bool { flags & Self.sampledFlag != 0 }
}

private enum SpanContextKey: InstrumentationContextKey {
    typealias Value = SpanContext
    static let nameOverride: String? = "span-context"
}

extension InstrumentationContext {
    package var spanContext: SpanContext? {
        get { self[SpanContextKey.self] }
        set { self[SpanContextKey.self] = newValue }
    }
}

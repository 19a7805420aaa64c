public import OTLP
public import Tracing

/// What identifies a span beyond its process: ids, flags and state, as W3C Trace Context carries them.
public struct SpanContext: Hashable, Sendable {
    public var traceID: TraceID
    public var spanID: SpanID
    /// W3C trace flags; bit 0 says that the span is recorded, bit 1 that the trace id is random.
    public var flags: UInt8
    /// `tracestate` as it goes out.
    public var traceState: String
    /// It came from another process.
    public var isRemote: Bool

    public init(traceID: TraceID, spanID: SpanID, flags: UInt8, traceState: String = "", isRemote: Bool = false) {
        self.traceID = traceID
        self.spanID = spanID
        self.flags = flags
        self.traceState = traceState
        self.isRemote = isRemote
    }

    public static let sampledFlag: UInt8 = 1
    public static let randomFlag: UInt8 = 2

    public var isSampled: Bool { flags & Self.sampledFlag != 0 }
}

extension SpanContext {
    /// OTLP's bits 8 and 9: "it is known whether the parent is remote", and "it is".
    static let hasRemoteFlag: UInt32 = 0x100
    static let remoteFlag: UInt32 = 0x200

    var wireFlags: UInt32 {
        UInt32(flags) | Self.hasRemoteFlag | (isRemote ? Self.remoteFlag : 0)
    }
}

extension InstrumentationContext {
    /// The span that is current here; setting one that came from elsewhere makes it the parent of what follows.
    public var spanContext: SpanContext? {
        get { spanReference?.spanContext }
        set { spanReference = newValue.map { SpanReference($0) } }
    }
}

public import OTLP
public import Tracing

/// Decides when a span begins whether it is recorded.
///
/// Called by every task at once, for every span that begins; must not block.
/// Source: OpenTelemetry specification 1.x, Trace SDK, Sampler. `SamplerConformance` in TelemetryTesting checks one.
public protocol Sampler: Sendable {
    func decide(_ span: SamplingParameters) -> SamplingDecision
}

/// What is known of a span before it begins.
public struct SamplingParameters: Sendable {
    public var traceID: TraceID
    /// The span that this one descends from; `nil` for the first of a trace.
    public var parent: SpanContext?
    public var name: String
    public var kind: SpanKind
    /// `tracestate` of the parent.
    public var traceState: String { parent?.traceState ?? "" }

    public init(traceID: TraceID, parent: SpanContext? = nil, name: String, kind: SpanKind = .internal) {
        self.traceID = traceID
        self.parent = parent
        self.name = name
        self.kind = kind
    }
}

/// Whether a span is recorded, and with what `tracestate` it goes on.
public struct SamplingDecision: Hashable, Sendable {
    public var isSampled: Bool
    /// `nil` leaves the parent's.
    public var traceState: String?

    public init(isSampled: Bool, traceState: String? = nil) {
        self.isSampled = isSampled
        self.traceState = traceState
    }

    public static let sampled = SamplingDecision(isSampled: true)
    public static let dropped = SamplingDecision(isSampled: false)
}

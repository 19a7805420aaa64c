package import OTLP
package import Tracing

/// What a sender without a span of its own has settled about the trace that begins here.
///
/// A load balancer sends X-Ray's Root without Parent, a proxy B3's sampling state without ids. The first span takes it over.
package struct TraceSeed: Hashable, Sendable {
    package var traceID: TraceID?
    /// `nil`: it is for the sampler to decide.
    package var isSampled: Bool?

    /// The sampler's answer, where it needs not be asked.
    var decision: SamplingDecision? { isSampled.map { SamplingDecision(isSampled: $0) } }

    package init(traceID: TraceID?, isSampled: Bool?) {
        self.traceID = traceID
        self.isSampled = isSampled
    }
}

private enum TraceSeedKey: InstrumentationContextKey {
    typealias Value = TraceSeed
    static let nameOverride: String? = "trace-seed"
}

extension InstrumentationContext {
    package var traceSeed: TraceSeed? {
        get { self[TraceSeedKey.self] }
        set { self[TraceSeedKey.self] = newValue }
    }
}

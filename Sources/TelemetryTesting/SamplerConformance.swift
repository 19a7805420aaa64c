import OTLP
public import Telemetry

/// What every sampler must keep, whatever it decides.
public enum SamplerConformance {
    /// Throws what the sampler breaks: an answer that changes for the same trace, or a `tracestate` that cannot be sent.
    ///
    /// - Parameter isDeterministic: false for samplers that look at something else than the span, such as a rate.
    public static func check(_ sampler: some Sampler, isDeterministic: Bool = true) throws(Violation) {
        for number in UInt64(1)...64 {
            let trace = TraceID(high: number, low: number &* 0x9E37_79B9_7F4A_7C15)
            for isRemote in [false, true] {
                for flags: UInt8 in [0, 1] {
                    let parent = SpanContext(
                        traceID: trace, spanID: SpanID(number), flags: flags, traceState: "a=b", isRemote: isRemote)
                    try check(
                        sampler, SamplingParameters(traceID: trace, parent: parent, name: "checked"), isDeterministic)
                }
            }
            try check(sampler, SamplingParameters(traceID: trace, name: "checked"), isDeterministic)
        }
    }

    private static func check(
        _ sampler: some Sampler, _ span: SamplingParameters, _ isDeterministic: Bool
    ) throws(Violation) {
        let decision = sampler.decide(span)
        if isDeterministic, sampler.decide(span) != decision {
            throw Violation(rule: "the same span must get the same answer", evidence: "trace \(span.traceID)")
        }
        let state = decision.traceState ?? ""
        guard state.utf8.count <= 512, state.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw Violation(rule: "tracestate must be at most 512 visible characters", evidence: state)
        }
    }
}

/// A rule of a port, and what broke it.
public struct Violation: Error, CustomStringConvertible {
    public let rule: String
    public let evidence: String
    public var description: String { "\(rule): got \(evidence)" }
}

import OTLP

/// Records a share of all traces, the same ones in every process: what decides is the trace id's last 56 bits.
///
/// A span is recorded if those bits, as a number, are at least the threshold (1 − ratio) × 2⁵⁶; the threshold goes along
/// as `ot=th:…` in `tracestate`, so that a reader knows how many spans each one stands for.
///
/// Source: OpenTelemetry specification 1.4x, TraceState: probability sampling; W3C Trace Context level 2, random flag.
public struct TraceIDRatioSampler: Sampler {
    private let threshold: UInt64
    private let traceState: String

    /// `ratio` from 0 (none) to 1 (all); what lies outside, or is no number, is taken as the nearer end.
    public init(ratio: Double) {
        let ratio = ratio.isNaN ? 0 : min(max(ratio, 0), 1)
        threshold = UInt64(((1 - ratio) * Self.range).rounded())
        traceState = "ot=th:\(Self.digits(threshold))"
    }

    public func decide(_ span: SamplingParameters) -> SamplingDecision {
        guard span.traceID.low & Self.randomMask >= threshold else { return .dropped }
        // Whoever decided before has said how: only the first of a trace says it here.
        return span.parent == nil ? SamplingDecision(isSampled: true, traceState: traceState) : .sampled
    }

    private static let range = 0x1p56
    private static let randomMask: UInt64 = 1 << 56 - 1

    /// 14 hexadecimal digits without the zeros at the end; one zero stands for "all".
    private static func digits(_ threshold: UInt64) -> String {
        var digits = String(threshold, radix: 16)
        digits = String(repeating: "0", count: max(0, 14 - digits.count)) + digits
        while digits.count > 1, digits.last == "0" { digits.removeLast() }
        return digits
    }
}

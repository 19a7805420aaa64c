/// Records every span, or none.
public struct ConstantSampler: Sampler {
    let decision: SamplingDecision

    public static let alwaysOn = ConstantSampler(decision: .sampled)
    public static let alwaysOff = ConstantSampler(decision: .dropped)

    public func decide(_ span: SamplingParameters) -> SamplingDecision { decision }
}

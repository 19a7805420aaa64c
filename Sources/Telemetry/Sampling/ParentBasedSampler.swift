/// Records a span if its parent is recorded; asks `root` for the first span of a trace.
///
/// The four answers to a parent can be replaced.
/// Source: OpenTelemetry specification 1.x, Trace SDK, ParentBased.
public struct ParentBasedSampler: Sampler {
    private let root: any Sampler
    private let remoteSampled: (any Sampler)?
    private let remoteNotSampled: (any Sampler)?
    private let localSampled: (any Sampler)?
    private let localNotSampled: (any Sampler)?

    public init(
        root: any Sampler, remoteSampled: (any Sampler)? = nil, remoteNotSampled: (any Sampler)? = nil,
        localSampled: (any Sampler)? = nil, localNotSampled: (any Sampler)? = nil
    ) {
        self.root = root
        self.remoteSampled = remoteSampled
        self.remoteNotSampled = remoteNotSampled
        self.localSampled = localSampled
        self.localNotSampled = localNotSampled
    }

    /// Nothing replaces what a parent says.
    var followsParents: Bool {
        remoteSampled == nil && remoteNotSampled == nil && localSampled == nil && localNotSampled == nil
    }

    public func decide(_ span: SamplingParameters) -> SamplingDecision {
        guard let parent = span.parent else { return root.decide(span) }
        let special =
            switch (parent.isRemote, parent.isSampled) {
            case (true, true): remoteSampled
            case (true, false): remoteNotSampled
            case (false, true): localSampled
            case (false, false): localNotSampled
            }
        return special?.decide(span) ?? (parent.isSampled ? .sampled : .dropped)
    }
}

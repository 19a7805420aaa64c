import Synchronization

/// Records at most so many spans a second, the first ones that come; a second's worth may come at once.
///
/// Under `ParentBasedSampler` that is so many traces a second that begin here.
public struct RateLimitedSampler: Sampler {
    private let bucket: Bucket

    /// What cannot be a rate (negative, no number) is taken as 0: nothing is recorded.
    public init(spansPerSecond: Double) {
        self.init(spansPerSecond: spansPerSecond, now: { .now })
    }

    package init(spansPerSecond: Double, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        bucket = Bucket(rate: spansPerSecond > 0 ? min(spansPerSecond, 1e9) : 0, now: now)
    }

    public func decide(_ span: SamplingParameters) -> SamplingDecision {
        bucket.take() ? .sampled : .dropped
    }

    /// Tokens that come back with time.
    private final class Bucket: Sendable {
        private let rate: Double
        private let now: @Sendable () -> ContinuousClock.Instant
        private let state: Mutex<(tokens: Double, since: ContinuousClock.Instant)>

        init(rate: Double, now: @escaping @Sendable () -> ContinuousClock.Instant) {
            self.rate = rate
            self.now = now
            state = Mutex((max(rate, rate > 0 ? 1 : 0), now()))
        }

        func take() -> Bool {
            let now = now()
            return state.withLock { state in
                let seconds = (now - state.since) / .seconds(1)
                // A slow rate must still be able to save up one whole token.
                state.tokens = min(max(rate, 1), state.tokens + max(0, seconds) * rate)
                state.since = now
                guard rate > 0, state.tokens >= 1 else { return false }
                state.tokens -= 1
                return true
            }
        }
    }
}

/// When a destination that fails is tried again: after a pause that doubles from failure to failure, a little more or
/// less each time, so that a fleet does not come back all at once.
///
/// Bounds: Limits.retryDelay to Limits.retryDelayMax; what the collector asks for up to Limits.retryAfterMax.
/// Source: OpenTelemetry protocol specification 1.x, OTLP/HTTP throttling.
package struct RetrySchedule: Sendable {
    private var delay = Limits.retryDelay
    /// `nil` while all is well.
    package private(set) var nextAttempt: ContinuousClock.Instant?

    package init() {}

    package var isFailing: Bool { nextAttempt != nil }

    package func allowsAttempt(at now: ContinuousClock.Instant) -> Bool {
        nextAttempt.map { $0 <= now } ?? true
    }

    /// `jitter` from 0 to 1.
    package mutating func fail(
        at now: ContinuousClock.Instant, retryAfter: Duration?, jitter: Double = .random(in: 0...1)
    ) {
        let pause = retryAfter.map { min(max($0, .zero), Limits.retryAfterMax) } ?? delay * (0.75 + jitter / 2)
        nextAttempt = now + pause
        delay = min(delay * 2, Limits.retryDelayMax)
    }

    package mutating func succeed() {
        delay = Limits.retryDelay
        nextAttempt = nil
    }
}

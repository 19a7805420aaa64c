/// What may be done with the time that an invocation has left.
package enum InvocationBudget {
    /// When the watchdog gives an invocation up: early enough before the deadline to send what there is.
    ///
    /// An invocation that has next to no time gets three quarters of it.
    package static func givesUp(
        at deadline: ContinuousClock.Instant, begun now: ContinuousClock.Instant
    ) -> ContinuousClock.Instant {
        deadline - min(Limits.watchdogLead, max(.zero, (deadline - now) / 4))
    }

    /// Until when a flush at the end may take: min(200 ms, remaining − reserve), never before now.
    package static func flushes(
        until deadline: ContinuousClock.Instant?, from now: ContinuousClock.Instant
    ) -> ContinuousClock.Instant {
        let remaining = deadline.map { $0 - now - Limits.flushReserve } ?? Limits.flushTimeMax
        return now + max(.zero, min(Limits.flushTimeMax, remaining))
    }
}

import OTLP

/// Sends the batches of one buffer, one at a time, and keeps the one that could not be sent.
struct Sender {
    private let buffer: RecordBuffer
    private var kept: (batch: RecordBatch, request: [UInt8])?
    private var delay = Limits.retryDelay
    private var nextAttempt = ContinuousClock.now
    private var isFailing = false

    init(_ buffer: RecordBuffer) {
        self.buffer = buffer
    }

    /// How long until the kept batch may be tried again; `nil` when there is none.
    var pause: Duration? {
        kept == nil ? nil : nextAttempt - .now
    }

    /// Sends what was kept, then what waits. Returns whether nothing is left.
    ///
    /// Somebody who asks for a flush does not wait for the pause between attempts.
    mutating func send(
        through exporter: some Exporter, resource: [UInt8], deadline: ContinuousClock.Instant, isAsked: Bool
    ) -> Bool {
        if kept != nil, !isAsked, nextAttempt > .now { return false }
        if let (batch, request) = kept {
            guard attempt(batch, request, exporter, deadline) else { return false }
        }
        let batch = buffer.take()
        return batch.isEmpty || attempt(batch, batch.exportRequest(resource: resource), exporter, deadline)
    }

    /// Gives up what was kept.
    mutating func abandon() {
        guard let (batch, _) = kept else { return }
        kept = nil
        buffer.finish(batch, dropped: batch.recordCount)
    }

    private mutating func attempt(
        _ batch: RecordBatch, _ request: [UInt8], _ exporter: some Exporter, _ deadline: ContinuousClock.Instant
    ) -> Bool {
        switch exporter.export(request, of: buffer.signal, deadline: deadline) {
        case .delivered(let rejected):
            finish(batch, dropped: min(max(rejected, 0), batch.recordCount))
            if rejected > 0 {
                Diagnostics.say("the collector could not take \(rejected) of \(batch.recordCount) \(buffer.signal)")
            }
            isFailing = false
            return true
        case .refused(let reason):
            finish(batch, dropped: batch.recordCount)
            Diagnostics.say("the collector refused \(batch.recordCount) \(buffer.signal): \(reason)")
            return true
        case .retry(let after, let reason):
            // Once an outage: a line a second would bury the function's own.
            if !isFailing { Diagnostics.say("cannot send \(buffer.signal): \(reason); trying again") }
            isFailing = true
            kept = (batch, request)
            nextAttempt = .now + min(max(after ?? delay, .zero), Limits.retryDelayMax)
            delay = min(delay * 2, Limits.retryDelayMax)
            return false
        }
    }

    private mutating func finish(_ batch: RecordBatch, dropped: Int) {
        kept = nil
        delay = Limits.retryDelay
        buffer.finish(batch, dropped: dropped)
    }
}

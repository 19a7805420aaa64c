import Synchronization

/// Somebody who waits for a flush: told once, by the thread that sends or by the deadline.
final class FlushWaiter: Sendable {
    let deadline: ContinuousClock.Instant
    private let state = Mutex(State.open)

    enum Result { case delivered, failed, late }

    private enum State {
        case open
        case waiting(CheckedContinuation<Result, Never>)
        case finished(Result)
    }

    init(deadline: ContinuousClock.Instant) {
        self.deadline = deadline
    }

    func finish(_ isDelivered: Bool) { finish(isDelivered ? Result.delivered : .failed) }

    private func finish(_ result: Result) {
        let continuation = state.withLock { state -> CheckedContinuation<Result, Never>? in
            defer { if case .finished = state {} else { state = .finished(result) } }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        continuation?.resume(returning: result)
    }

    func result() async -> Result {
        let timer = Task { [deadline] in
            try await Task.sleep(until: deadline, clock: .continuous)
            finish(Result.late)
        }
        defer { timer.cancel() }
        return await withCheckedContinuation { continuation in
            let early = state.withLock { state -> Result? in
                if case .finished(let result) = state { return result }
                state = .waiting(continuation)
                return nil
            }
            if let early { continuation.resume(returning: early) }
        }
    }
}

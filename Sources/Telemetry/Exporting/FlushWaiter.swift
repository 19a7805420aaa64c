import Synchronization

/// Somebody who waits for a flush: told once, by the thread that sends or by the deadline.
final class FlushWaiter: Sendable {
    let deadline: ContinuousClock.Instant
    private let state = Mutex(State.open)

    private enum State {
        case open
        case waiting(CheckedContinuation<Bool, Never>)
        case finished(Bool)
    }

    init(deadline: ContinuousClock.Instant) {
        self.deadline = deadline
    }

    func finish(_ isDelivered: Bool) {
        let continuation = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            defer { if case .finished = state {} else { state = .finished(isDelivered) } }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        continuation?.resume(returning: isDelivered)
    }

    func result() async -> Bool {
        let timer = Task { [deadline] in
            try await Task.sleep(until: deadline, clock: .continuous)
            finish(false)
        }
        defer { timer.cancel() }
        return await withCheckedContinuation { continuation in
            let early = state.withLock { state -> Bool? in
                if case .finished(let isDelivered) = state { return isDelivered }
                state = .waiting(continuation)
                return nil
            }
            if let early { continuation.resume(returning: early) }
        }
    }
}

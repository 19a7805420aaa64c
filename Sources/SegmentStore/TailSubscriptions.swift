import OTLP
import Synchronization
import TelemetryStore

/// Who watches what is acked.
final class TailSubscriptions: Sendable {
    private struct Subscription {
        var signals: Set<Signal>
        var continuation: AsyncStream<TailEvent>.Continuation
        var missed = 0
    }

    private struct State {
        var next = 0
        var subscriptions: [Int: Subscription] = [:]
    }

    private let state = Mutex(State())

    func subscribe(_ signals: Set<Signal>) -> AsyncStream<TailEvent> {
        AsyncStream(bufferingPolicy: .bufferingOldest(Limits.tailRequestsMax)) { continuation in
            let number = state.withLock { state in
                state.next += 1
                state.subscriptions[state.next] = Subscription(signals: signals, continuation: continuation)
                return state.next
            }
            continuation.onTermination = { [weak self] _ in
                self?.state.withLock { _ = $0.subscriptions.removeValue(forKey: number) }
            }
        }
    }

    /// Tells the watchers of a body that is on disk. Without any it costs a lock.
    func send(_ body: [UInt8], of signal: Signal) {
        state.withLock { state in
            guard !state.subscriptions.isEmpty else { return }
            guard let batch = try? ExportBatch(body, of: signal) else { return }
            for number in Array(state.subscriptions.keys) {
                guard var subscription = state.subscriptions[number], subscription.signals.contains(signal) else {
                    continue
                }
                if subscription.missed > 0,
                    case .enqueued = subscription.continuation.yield(.missed(requests: subscription.missed))
                {
                    subscription.missed = 0
                }
                if case .dropped = subscription.continuation.yield(.records(batch)) { subscription.missed += 1 }
                state.subscriptions[number] = subscription
            }
        }
    }
}

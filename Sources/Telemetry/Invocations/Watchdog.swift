import Synchronization

/// Calls back shortly before deadlines, from a thread of its own: a handler that never yields holds every thread of the
/// cooperative pool, and is exactly the one to be watched.
///
/// Bounds: an entry lives as long as its invocation, so there are as many as invocations at once.
package final class Watchdog: Sendable {
    package static let shared = Watchdog()

    package struct Entry: Hashable, Sendable {
        fileprivate var number: UInt64
    }

    private struct Watched {
        var entry: Entry
        var time: ContinuousClock.Instant
        var action: @Sendable () -> Void
    }

    private struct State {
        var watched: [Watched] = []
        var lastNumber: UInt64 = 0
        var isRunning = false
    }

    private let state = Mutex(State())
    private let bell = Bell()

    package init() {}

    /// `action` must not block: other deadlines wait behind it.
    package func watch(until time: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void) -> Entry {
        let (entry, isFirst) = state.withLock { state in
            state.lastNumber += 1
            let entry = Entry(number: state.lastNumber)
            state.watched.append(Watched(entry: entry, time: time, action: action))
            let isFirst = state.watched.allSatisfy { $0.time >= time }
            // Without a thread to be had nobody is watched; the next invocation asks for one again.
            if !state.isRunning { state.isRunning = Thread.start { [self] in run() } }
            return (entry, isFirst)
        }
        if isFirst { bell.ring() }
        return entry
    }

    package func cancel(_ entry: Entry) {
        state.withLock { state in state.watched.removeAll { $0.entry == entry } }
    }

    private func run() {
        while true {
            let now = ContinuousClock.now
            let (due, pause) = state.withLock { state in
                let due = state.watched.filter { $0.time <= now }
                state.watched.removeAll { $0.time <= now }
                return (due, state.watched.map { $0.time - now }.min() ?? .seconds(3600))
            }
            for watched in due { watched.action() }
            if due.isEmpty { bell.wait(for: pause) }
        }
    }
}

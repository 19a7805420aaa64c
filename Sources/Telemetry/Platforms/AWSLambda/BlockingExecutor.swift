import Synchronization

/// Runs an actor on a thread of its own, where waiting for the network holds up nobody else.
final class BlockingExecutor: SerialExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isRunning = false
        var isStopped = false
    }

    private let state = Mutex(State())
    private let bell = Bell()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let needsThread = state.withLock { state in
            state.jobs.append(job)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        bell.ring()
        // Without a thread to be had the work is done here: late is better than never.
        if needsThread, !Thread.start({ [self] in run() }) {
            runAll()
            state.withLock { $0.isRunning = false }
        }
    }

    /// Lets the thread end when it has nothing left to do.
    func stop() {
        state.withLock { $0.isStopped = true }
        bell.ring()
    }

    private func run() {
        while true {
            runAll()
            let isDone = state.withLock { state in
                guard state.isStopped, state.jobs.isEmpty else { return false }
                state.isRunning = false
                return true
            }
            if isDone { return }
            bell.wait(for: .seconds(3600))
        }
    }

    private func runAll() {
        while let job = state.withLock({ $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }) {
            job.runSynchronously(on: asUnownedSerialExecutor())
        }
    }
}

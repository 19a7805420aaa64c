import Glibc
import OTLP
import Synchronization

/// The way from where records happen to where they are sent, for all signals: one thread of its own, so that sending never
/// takes one of the host's.
///
/// 1. Sleep until something is due (`ExportWorker`), a queue is filling, or somebody asks for a flush.
/// 2. Send what is due by destinations that answer, and tell those who asked.
/// 3. Try destinations that have failed: nobody waits for that.
///
/// A flush that was not answered in time makes later ones return at once until something has arrived again: an endpoint
/// that never answers costs its time once.
package final class BatchProcessor: Sendable {
    package let spans: RecordQueue
    package let logs: RecordQueue
    package let metrics: MetricRegistry
    /// What the thread owns; a test owns one itself and needs no thread.
    package let makeWorker: @Sendable () -> ExportWorker
    private let hasDestinations: Bool
    private let bell: Bell
    private let state = Mutex(State())

    private struct State {
        var waiters: [FlushWaiter] = []
        var isStopping = false
        var isRunning = false
        /// Waiting for a flush is in vain: it was, the last time, or a destination that failed is being tried.
        var isInVain = false
        /// The process that the thread runs in.
        var process: pid_t = 0
    }

    package convenience init(_ configuration: Telemetry.Configuration) {
        self.init(configuration, ExporterChoice(configuration))
    }

    /// `now` is the clock that decides what is due.
    package init(
        _ configuration: Telemetry.Configuration, _ choice: ExporterChoice,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        let bell = Bell()
        self.bell = bell
        let metrics = MetricRegistry(
            isDelta: configuration.reportsDeltas, histogramBuckets: configuration.histogramBuckets)
        let spans = RecordQueue(.traces, configuration.traces) { bell.ring() }
        let logs = RecordQueue(.logs, configuration.logs) { bell.ring() }
        self.spans = spans
        self.logs = logs
        self.metrics = metrics
        hasDestinations = !choice.exporters.isEmpty
        let resource = ProcessResource.describe(configuration)
        makeWorker = {
            let sources: [any RecordSource] = [spans, logs, metrics]
            let lanes = sources.compactMap { source in
                choice.places[source.signal].map { ExportLane(source, configuration[source.signal], to: $0, now()) }
            }
            return ExportWorker(lanes: lanes, exporters: choice.exporters, resource: resource, now: now)
        }
        for queue in [spans, logs] {
            if choice.places[queue.signal] == nil { queue.close() }
            metrics.observeDrops(of: queue)
        }
    }

    /// Spans and log records and points that this process has lost.
    package var droppedRecords: Int { spans.dropped + logs.dropped + metrics.droppedPoints }

    /// Begins to send. Without a place to send to there is nothing to begin.
    package func start() {
        guard hasDestinations else { return }
        state.withLock { state in
            state.process = getpid()
            state.isRunning = Thread.start { [self] in run() }
        }
    }

    /// Sends everything that was recorded before the call; returns whether it has arrived before the deadline.
    package func flush(deadline: ContinuousClock.Instant) async -> Bool {
        await flush(deadline: deadline, isLast: false)
    }

    /// Flushes and ends the thread. What is recorded afterwards is dropped and counted.
    package func shutdown(deadline: ContinuousClock.Instant) async -> Bool {
        spans.close()
        logs.close()
        return await flush(deadline: deadline, isLast: true)
    }

    /// Begins a flush that nobody waits for.
    package func requestFlush(deadline: ContinuousClock.Instant) {
        restartIfForked()
        state.withLock { state in
            if state.isRunning, !state.isInVain { state.waiters.append(FlushWaiter(deadline: deadline)) }
        }
        bell.ring()
    }

    private func flush(deadline: ContinuousClock.Instant, isLast: Bool) async -> Bool {
        restartIfForked()
        let waiter = FlushWaiter(deadline: deadline)
        let (isRunning, waits) = state.withLock { state in
            if isLast { state.isStopping = true }
            let waits = state.isRunning && (isLast || !state.isInVain)
            if waits { state.waiters.append(waiter) }
            return (state.isRunning, waits)
        }
        guard isRunning else { return !hasDestinations }
        bell.ring()
        guard waits else { return false }
        let result = await waiter.result()
        // It may still arrive; but the next one need not wait to see.
        if result == .late { state.withLock { $0.isInVain = true } }
        return result == .delivered
    }

    /// A forked process has everything but the thread: what waits is the parent's to send, the rest begins anew.
    private func restartIfForked() {
        let isForked = state.withLock { state in
            guard state.isRunning, state.process != getpid() else { return false }
            state.process = getpid()
            state.waiters = []
            state.isInVain = false
            return true
        }
        guard isForked else { return }
        bell.reopen()
        spans.forget()
        logs.forget()
        state.withLock { $0.isRunning = Thread.start { [self] in run() } }
    }

    // MARK: The thread

    private func run() {
        var worker = makeWorker()
        while true {
            bell.wait(for: worker.pause)
            let (waiters, isStopping) = state.withLock { state in
                defer { state.waiters = [] }
                return (state.waiters, state.isStopping)
            }
            let deadline = waiters.map(\.deadline).max()
            if isStopping { return stop(&worker, waiters, deadline ?? .now) }
            let isDelivered = worker.run(deadline.map { .flush($0) } ?? .due)
            let canProbe = worker.isFailing
            state.withLock { $0.isInVain = canProbe }
            for waiter in waiters { waiter.finish(isDelivered) }
            _ = worker.run(.probe)
            let isFailing = worker.isFailing
            state.withLock { $0.isInVain = isFailing }
        }
    }

    private func stop(
        _ worker: inout ExportWorker, _ waiters: [FlushWaiter], _ deadline: ContinuousClock.Instant
    ) {
        let isDelivered = worker.run(.last(deadline))
        worker.abandon()
        let late = state.withLock { state in
            state.isRunning = false
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters + late { waiter.finish(isDelivered) }
    }
}

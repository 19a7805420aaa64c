import Glibc
import OTLP
import Synchronization

/// The way from the buffers to the collector: one thread of its own, so that sending never takes one of the host's.
///
/// 1. Sleep until the interval is over, a buffer is half full, or somebody asks for a flush.
/// 2. Take what waits, encode it, send it; what could not be sent is tried again first, after a growing pause.
/// 3. Tell those who asked.
package final class ExportPipeline: Sendable {
    package let spans: RecordBuffer
    package let logs: RecordBuffer
    private let exporter: (any Exporter)?
    private let resource: [UInt8]
    private let interval: Duration
    private let timeout: Duration
    private let bell: Bell
    private let state = Mutex(State())

    private struct State {
        var waiters: [FlushWaiter] = []
        var isStopping = false
        var isRunning = false
    }

    package init(_ configuration: Telemetry.Configuration, exporter: (any Exporter)? = nil) {
        let bell = Bell()
        self.bell = bell
        spans = RecordBuffer(signal: .traces, recordsMax: configuration.waitingRecordsMax) { bell.ring() }
        logs = RecordBuffer(signal: .logs, recordsMax: configuration.waitingRecordsMax) { bell.ring() }
        self.exporter =
            exporter ?? configuration.endpoint.map { OTLPHTTPExporter(endpoint: $0, headers: configuration.headers) }
        interval = configuration.exportInterval
        timeout = configuration.exportTimeout
        var writer = ProtobufWriter()
        ProcessResource.describe(configuration).encode(into: &writer)
        resource = writer.bytes
        if self.exporter == nil {
            spans.close()
            logs.close()
        }
    }

    package var droppedRecords: Int { spans.dropped + logs.dropped }

    /// Begins to send. Without a place to send to there is nothing to begin.
    package func start() {
        guard exporter != nil else { return }
        state.withLock { $0.isRunning = Thread.start { [self] in run() } }
    }

    package func flush(deadline: ContinuousClock.Instant) async -> Bool {
        let waiter = FlushWaiter(deadline: deadline)
        let isRunning = state.withLock { state in
            if state.isRunning { state.waiters.append(waiter) }
            return state.isRunning
        }
        guard isRunning else { return exporter == nil }
        bell.ring()
        return await waiter.result()
    }

    package func shutdown(deadline: ContinuousClock.Instant) async -> Bool {
        spans.close()
        logs.close()
        state.withLock { $0.isStopping = true }
        return await flush(deadline: deadline)
    }

    // MARK: The thread

    private func run() {
        guard let exporter else { return }
        var senders = [Sender(spans), Sender(logs)]
        var isStopping = false
        while !isStopping {
            // What is kept for another attempt must not hold up the other signal.
            bell.wait(for: max(.zero, min(interval, senders.compactMap(\.pause).min() ?? interval)))
            let waiters = state.withLock { state in
                isStopping = state.isStopping
                defer { state.waiters = [] }
                return state.waiters
            }
            let isAsked = !waiters.isEmpty
            let deadline = waiters.map(\.deadline).max() ?? .now + timeout
            var isDelivered = true
            for place in senders.indices {
                let done = senders[place].send(
                    through: exporter, resource: resource, deadline: deadline, isAsked: isAsked)
                isDelivered = isDelivered && done
            }
            if isStopping {
                let late = state.withLock { state in
                    state.isRunning = false
                    return state.waiters
                }
                for place in senders.indices { senders[place].abandon() }
                (waiters + late).forEach { $0.finish(isDelivered) }
            } else {
                waiters.forEach { $0.finish(isDelivered) }
            }
        }
    }
}

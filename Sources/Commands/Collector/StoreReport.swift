import Collector
import CMalloc
import Program
import SegmentStore
import Synchronization
import TelemetryStore

/// Counts what the store reports, and says what changes: a disk that is full for a night is one line, and its end another.
final class StoreReport: Sendable {
    private let metrics: CollectorMetrics
    private let failing = Mutex<[Work: StoreError.Code]>([:])

    /// What was said to be damaged: every query meets it again.
    private let damages = Mutex<Set<String>>([])

    private static let damagesMax = 1_000

    private enum Work {
        case commit, flush, maintenance
    }

    init(_ metrics: CollectorMetrics) {
        self.metrics = metrics
    }

    func observe(_ event: StoreEvent) {
        switch event {
        case .committed(let bodies, let bytes, let duration):
            metrics.committed(bodies: bodies, bytes: bytes, duration: duration)
            succeeded(.commit, "takes records again")
        case .commitFailed(_, let error):
            metrics.commitFailed()
            failed(.commit, error, "cannot keep what is sent: \(error); senders are told to try again")
        case .flushed(let records, let bytes, let duration):
            metrics.flushed(records: records, bytes: bytes, duration: duration)
            succeeded(.flush, "flushes the inbox again")
        case .flushFailed(let error):
            metrics.flushFailed()
            failed(.flush, error, "cannot flush the inbox: \(error); what is in it is safe, and it is tried again")
        case .compacted(let segments, _, let duration):
            metrics.compacted(segments: segments, duration: duration)
            // What rewriting took goes back to the system: the next time may be hours away.
            malloc_trim(0)
            succeeded(.maintenance, "seals and compacts segments again")
        case .rested: malloc_trim(0)
        case .retired: metrics.retired()
        case .queried: break
        case .maintenanceFailed(let error):
            metrics.maintenanceFailed()
            failed(.maintenance, error, "cannot seal, compact or retire segments: \(error); it is tried again")
        case .damaged(let error):
            metrics.damaged()
            let isNews = damages.withLock { damages in
                damages.count < StoreReport.damagesMax && damages.insert(error.description).inserted
            }
            if isNews { Standard.error("collector: \(error); the rest is served") }
        }
    }

    private func failed(_ work: Work, _ error: StoreError, _ message: String) {
        let isNews = failing.withLock { $0.updateValue(error.code, forKey: work) != error.code }
        if isNews { Standard.error("collector: \(message)") }
    }

    private func succeeded(_ work: Work, _ message: String) {
        let isNews = failing.withLock { $0.removeValue(forKey: work) != nil }
        if isNews { Standard.error("collector: \(message)") }
    }
}

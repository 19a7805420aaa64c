public import OTLP
import Synchronization

/// What the daemon counts of itself. Whatever is refused or dropped has a counter here.
public final class CollectorMetrics: Sendable {
    struct State {
        var receivedRequests: [Signal: UInt64] = [:]
        var receivedBytes: [Signal: UInt64] = [:]
        var acceptedRecords: [Signal: UInt64] = [:]
        var rejectedRecords: [Signal: UInt64] = [:]
        var refusedRequests: [Refusal: UInt64] = [:]
        var storedRecords: [Signal: UInt64] = [:]
        var requestDuration = Histogram()
        var commitDuration = Histogram()
        var committedBodies: UInt64 = 0
        var committedBytes: UInt64 = 0
        var failedCommits: UInt64 = 0
        var flushDuration = Histogram()
        var flushedBytes: UInt64 = 0
        var failedFlushes: UInt64 = 0
        var compactionDuration = Histogram()
        var compactedSegments: UInt64 = 0
        var retiredSegments: UInt64 = 0
        var failedMaintenance: UInt64 = 0
        var damagedReads: UInt64 = 0
        var connections: Int64 = 0
    }

    struct Refusal: Hashable {
        /// `nil` when the path named none.
        var signal: Signal?
        var reason: RPCStatus.Code
    }

    let state = Mutex(State())

    public init() {}

    func received(bytes: Int, of signal: Signal) {
        state.withLock { state in
            state.receivedRequests[signal, default: 0] += 1
            state.receivedBytes[signal, default: 0] += UInt64(bytes)
        }
    }

    func accepted(records: Int, rejected: Int, of signal: Signal) {
        state.withLock { state in
            state.acceptedRecords[signal, default: 0] += UInt64(records)
            if rejected > 0 { state.rejectedRecords[signal, default: 0] += UInt64(rejected) }
        }
    }

    func refused(_ reason: RPCStatus.Code, of signal: Signal?) {
        state.withLock { $0.refusedRequests[Refusal(signal: signal, reason: reason), default: 0] += 1 }
    }

    func answered(after duration: Duration) {
        state.withLock { $0.requestDuration.record(duration) }
    }

    func connectionOpened() { state.withLock { $0.connections += 1 } }
    func connectionClosed() { state.withLock { $0.connections -= 1 } }

    // What the store reports.

    public func committed(bodies: Int, bytes: Int, duration: Duration) {
        state.withLock { state in
            state.committedBodies += UInt64(bodies)
            state.committedBytes += UInt64(bytes)
            state.commitDuration.record(duration)
        }
    }

    public func commitFailed() { state.withLock { $0.failedCommits += 1 } }

    public func flushed(records: [Signal: Int], bytes: Int, duration: Duration) {
        state.withLock { state in
            for (signal, count) in records { state.storedRecords[signal, default: 0] += UInt64(count) }
            state.flushedBytes += UInt64(bytes)
            state.flushDuration.record(duration)
        }
    }

    public func flushFailed() { state.withLock { $0.failedFlushes += 1 } }

    public func compacted(segments: Int, duration: Duration) {
        state.withLock { state in
            state.compactedSegments += UInt64(segments)
            state.compactionDuration.record(duration)
        }
    }

    public func retired() { state.withLock { $0.retiredSegments += 1 } }
    public func maintenanceFailed() { state.withLock { $0.failedMaintenance += 1 } }
    public func damaged() { state.withLock { $0.damagedReads += 1 } }
}

/// Sizes that are looked up when somebody asks.
public struct StoreSize: Sendable {
    public var segmentBytes: Int
    public var inboxBytes: Int

    public init(segmentBytes: Int, inboxBytes: Int) {
        self.segmentBytes = segmentBytes
        self.inboxBytes = inboxBytes
    }
}

import Dispatch
import Foundation
import GRDB
import OTLP
import Synchronization
import TelemetryStore

/// Puts request bodies on disk, many to a commit.
///
/// While one commit waits for the disk, the bodies that arrive gather and share the next one: under load a commit holds
/// hundreds of bodies, alone a body waits for nobody.
final class InboxWriter: Sendable {
    private struct Waiting {
        var signal: Signal
        var encoding: InboxBody.Encoding
        var body: [UInt8]
        var continuation: CheckedContinuation<Result<Void, StoreError>, Never>
    }

    private struct State {
        var waiting: [Waiting] = []
        var waitingBytes = 0
        var isCommitting = false
        var isClosed = false
        /// Bytes in the inbox on disk.
        var inboxBytes: Int
    }

    private let pool: DatabasePool
    private let path: String
    private let state: Mutex<State>
    private let queue = DispatchQueue(label: "segment-store.inbox")
    private let observe: @Sendable (StoreEvent) -> Void
    private let onBacklog: @Sendable () -> Void

    init(
        _ pool: DatabasePool, path: String, observe: @escaping @Sendable (StoreEvent) -> Void,
        onBacklog: @escaping @Sendable () -> Void
    ) throws(StoreError) {
        let inboxBytes = try storeErrors(at: path) {
            try pool.read { try Int.fetchOne($0, sql: "SELECT coalesce(sum(length(body)), 0) FROM inbox") ?? 0 }
        }
        self.pool = pool
        self.path = path
        self.observe = observe
        self.onBacklog = onBacklog
        state = Mutex(State(inboxBytes: inboxBytes))
    }

    var inboxBytes: Int { state.withLock { $0.inboxBytes } }

    /// Returns after `body` is on disk.
    func append(_ body: [UInt8], of signal: Signal) async throws(StoreError) {
        let isLarge = body.count >= Limits.compressedBodyBytesMin
        let stored = isLarge ? Zstandard(level: -5).compress(body) : body
        let result = await withCheckedContinuation { continuation in
            enqueue(
                Waiting(signal: signal, encoding: isLarge ? .zstd : .plain, body: stored, continuation: continuation))
        }
        try result.get()
    }

    /// Refuses further bodies, waits for those that were taken.
    func close() {
        state.withLock { $0.isClosed = true }
        queue.sync {}
    }

    /// Tells that a flush has taken this many bytes out of the inbox.
    func flushed(bytes: Int) {
        state.withLock { $0.inboxBytes -= bytes }
    }

    private func enqueue(_ waiting: Waiting) {
        let refusal: StoreError? = state.withLock { state in
            if state.isClosed { return StoreError(.unavailable, "cannot append: the store is closing") }
            guard state.waitingBytes < Limits.pendingBytesMax, state.inboxBytes < Limits.inboxBytesMax else {
                return StoreError(.full, "cannot append: more is waiting for the disk than memory allows; try again")
            }
            state.waiting.append(waiting)
            state.waitingBytes += waiting.body.count
            if !state.isCommitting {
                state.isCommitting = true
                queue.async { self.commitAll() }
            }
            return nil
        }
        if let refusal { waiting.continuation.resume(returning: .failure(refusal)) }
    }

    private func commitAll() {
        while let group = nextGroup() {
            let clock = ContinuousClock()
            let start = clock.now
            let bytes = group.reduce(0) { $0 + $1.body.count }
            let result = commit(group)
            if case .success = result {
                let backlog = state.withLock { state in
                    state.inboxBytes += bytes
                    return state.inboxBytes
                }
                observe(.committed(bodies: group.count, bytes: bytes, duration: clock.now - start))
                if backlog >= Limits.inboxBytesBeforeFlush { onBacklog() }
            } else {
                observe(.commitFailed(bodies: group.count))
            }
            for waiting in group { waiting.continuation.resume(returning: result) }
        }
    }

    private func nextGroup() -> [Waiting]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isCommitting = false
                return nil
            }
            let group = Array(state.waiting.prefix(Limits.commitBodiesMax))
            state.waiting.removeFirst(group.count)
            state.waitingBytes -= group.reduce(0) { $0 + $1.body.count }
            return group
        }
    }

    private func commit(_ group: [Waiting]) -> Result<Void, StoreError> {
        do throws(StoreError) {
            try storeErrors(at: path) {
                try pool.write { database in
                    let insert = try database.cachedStatement(
                        sql: "INSERT INTO inbox(signal, encoding, body) VALUES (?, ?, ?)")
                    for waiting in group {
                        try waiting.body.withUnsafeBytes { bytes in
                            try insert.execute(arguments: [
                                Int(waiting.signal.rawValue), waiting.encoding.rawValue,
                                Data(bytes),
                            ])
                        }
                    }
                }
            }
            return .success(())
        } catch {
            return .failure(error)
        }
    }
}

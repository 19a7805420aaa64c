import Dispatch
import Foundation
import GRDB
import OTLP
import Synchronization
import TelemetryStore

/// Puts request bodies on disk, many to a commit.
///
/// While one commit waits for the disk, the bodies that arrive gather and share the next one: under load a commit holds
/// hundreds of bodies, alone a body waits for nobody. Senders who were just answered are likely to send again at once, so a
/// commit waits for as many bodies as there were senders, for as long as the last one took: a few senders would otherwise take
/// turns, and every turn would cost a sync. The bodies of one signal in a commit become one row, compressed as one.
final class InboxWriter: Sendable {
    private struct Waiting {
        var body: LocatedBody
        var continuation: CheckedContinuation<Result<Void, StoreError>, Never>
    }

    /// A row of the inbox that no flush has taken yet.
    struct Row {
        var id: Int64
        /// As it is on disk.
        var storedBytes: Int
        /// What it holds; `nil` when the memory for that was used up, or it was there when the store was opened.
        var bodies: [LocatedBody]?

        /// What `bodies` takes in memory.
        var memoryBytes: Int { bodies?.reduce(0) { $0 + $1.memoryBytes } ?? 0 }
    }

    private struct State {
        var waiting: [Waiting] = []
        var waitingBytes = 0
        var isCommitting = false
        /// The bodies that the next commit waits for.
        var expectedCount = 1
        var isGathering = false
        /// Ids never come again, not even after a restart with an empty inbox: readers know by them what they have seen.
        var nextID: Int64
        var isClosed = false
        var rows: [Row] = []
        var storedBytes = 0
        /// What the bodies of `rows` take in memory.
        var recentBytes = 0
        var isWaitingForRoom = false
        /// A wait for room was in vain: until a flush has been, bodies go to disk alone.
        var isSpilling = false

        /// Takes rows in that are on disk, and says whether it is time to flush.
        mutating func insert(_ rows: [Row]) -> Bool {
            for var row in rows {
                storedBytes += row.storedBytes
                let bytes = row.memoryBytes
                if recentBytes + bytes <= Limits.recentBytesMax {
                    recentBytes += bytes
                } else {
                    row.bodies = nil
                }
                self.rows.append(row)
            }
            return recentBytes >= Limits.inboxBytesBeforeFlush || storedBytes >= Limits.inboxBytesBeforeFlush
        }
    }

    private let pool: DatabasePool
    private let path: String
    private let state: Mutex<State>
    private let queue = DispatchQueue(label: "segment-store.inbox")
    /// Signalled once for each gathering that found all it waited for.
    private let isGathered = DispatchSemaphore(value: 0)
    /// Signalled once for each wait for room that a flush has ended.
    private let hasRoom = DispatchSemaphore(value: 0)
    private let observe: @Sendable (StoreEvent) -> Void
    private let onBacklog: @Sendable () -> Void

    init(
        _ pool: DatabasePool, path: String, observe: @escaping @Sendable (StoreEvent) -> Void,
        onBacklog: @escaping @Sendable () -> Void
    ) throws(StoreError) {
        let rows = try storeErrors(at: path) {
            try pool.read { database in
                try GRDB.Row.fetchAll(database, sql: "SELECT id, length(body) FROM inbox ORDER BY id").compactMap {
                    row in
                    (row[0] as Int64?).map { Row(id: $0, storedBytes: row[1] as Int? ?? 0) }
                }
            }
        }
        self.pool = pool
        self.path = path
        self.observe = observe
        self.onBacklog = onBacklog
        let nextID = max(Int64(WallClock.now() / 1_000), (rows.last?.id ?? 0) + 1)
        state = Mutex(State(nextID: nextID, rows: rows, storedBytes: rows.reduce(0) { $0 + $1.storedBytes }))
    }

    /// Bytes of the inbox on disk.
    var inboxBytes: Int { state.withLock { $0.storedBytes } }

    /// Returns after `body` is on disk.
    func append(_ body: LocatedBody) async throws(StoreError) {
        let result = await withCheckedContinuation { continuation in
            enqueue(Waiting(body: body, continuation: continuation))
        }
        try result.get()
    }

    /// Refuses further bodies, waits for those that were taken.
    func close() {
        state.withLock { $0.isClosed = true }
        queue.sync {}
    }

    // MARK: For the flush

    /// The id of the newest row; 0 when there is none.
    var lastID: Int64 { state.withLock { $0.rows.last?.id ?? 0 } }

    /// The oldest rows up to an id, and up to `limit` bytes but at least one.
    func oldest(through lastID: Int64, limitBytes limit: Int) -> [Row] {
        state.withLock { state in
            var bytes = 0
            return Array(
                state.rows.prefix { row in
                    defer { bytes += row.bodies == nil ? 8 * row.storedBytes : row.memoryBytes }
                    return bytes < limit && row.id <= lastID
                })
        }
    }

    /// Forgets rows that a flush has turned into blocks.
    func remove(_ rows: [Row]) {
        state.withLock { state in
            state.rows.removeFirst(rows.count)
            for row in rows {
                state.storedBytes -= row.storedBytes
                state.recentBytes -= row.memoryBytes
            }
            state.isSpilling = false
            if state.isWaitingForRoom {
                state.isWaitingForRoom = false
                hasRoom.signal()
            }
        }
    }

    // MARK: Committing

    private func enqueue(_ waiting: Waiting) {
        let refusal: StoreError? = state.withLock { state in
            if state.isClosed { return StoreError(.unavailable, "cannot append: the store is closing") }
            guard state.waitingBytes < Limits.pendingBytesMax, state.storedBytes < Limits.inboxBytesMax else {
                return StoreError(.full, "cannot append: more is waiting for the disk than memory allows; try again")
            }
            state.waiting.append(waiting)
            state.waitingBytes += waiting.body.bytes.count
            if !state.isCommitting {
                state.isCommitting = true
                queue.async { self.commitAll() }
            } else if state.isGathering, state.waiting.count >= state.expectedCount {
                state.isGathering = false
                isGathered.signal()
            }
            return nil
        }
        if let refusal { waiting.continuation.resume(returning: .failure(refusal)) }
    }

    private func commitAll() {
        let zstandard = Zstandard(level: Limits.inboxCompressionLevel)
        while true {
            waitForRoom()
            guard let group = nextGroup() else { return }
            let clock = ContinuousClock()
            let start = clock.now
            let result = commit(group, zstandard)
            switch result {
            case .success(let rows):
                let bytes = rows.reduce(0) { $0 + $1.storedBytes }
                let hasBacklog = state.withLock { $0.insert(rows) }
                observe(.committed(bodies: group.count, bytes: bytes, duration: clock.now - start))
                if hasBacklog { onBacklog() }
            case .failure(let error): observe(.commitFailed(bodies: group.count, error))
            }
            let answer = result.map { _ in }
            state.withLock { $0.expectedCount = group.count + $0.waiting.count }
            let duration = clock.now - start
            for waiting in group { waiting.continuation.resume(returning: answer) }
            gather(atMost: min(duration, Limits.gatheringTimeMax))
        }
    }

    /// Lets a flush take bodies out of memory before more come in: those that find no room there would have to be read from the
    /// disk and inflated again. A flush that fails, or takes long, holds up nobody: the disk has room.
    private func waitForRoom() {
        let hasRoomAlready = state.withLock { state in
            let isFull =
                state.recentBytes + min(state.waitingBytes, Limits.commitBytesMax) > Limits.recentBytesMax
            state.isWaitingForRoom = isFull && !state.isSpilling && !state.isClosed
            return !state.isWaitingForRoom
        }
        if hasRoomAlready || isSignalled(hasRoom, within: Limits.roomTimeMax, \.isWaitingForRoom) { return }
        state.withLock { $0.isSpilling = true }
    }

    /// Waits for a semaphore that is signalled by who takes `flag` back; a flag that is still there is taken back here.
    private func isSignalled(
        _ semaphore: DispatchSemaphore, within duration: Duration, _ flag: WritableKeyPath<State, Bool>
    ) -> Bool {
        guard semaphore.wait(timeout: .now() + .nanoseconds(Int(duration.nanoseconds))) == .timedOut else {
            return true
        }
        let isLate = state.withLock { state in
            defer { state[keyPath: flag] = false }
            return !state[keyPath: flag]
        }
        if isLate { semaphore.wait() }
        return isLate
    }

    /// Waits for the senders of the last commit.
    private func gather(atMost duration: Duration) {
        let isComplete = state.withLock { state in
            state.isGathering = state.waiting.count < state.expectedCount && !state.isClosed
            return !state.isGathering
        }
        if !isComplete { _ = isSignalled(isGathered, within: duration, \.isGathering) }
    }

    private func nextGroup() -> [Waiting]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isCommitting = false
                return nil
            }
            // Bodies become one behind each other, so together they stay below what a body may be; a large one goes alone.
            var bytes = 0
            let count =
                state.waiting.firstIndex { waiting in
                    bytes += waiting.body.bytes.count
                    return bytes > Limits.commitBytesMax
                } ?? state.waiting.count
            let group = Array(state.waiting.prefix(max(1, count)))
            state.waiting.removeFirst(group.count)
            state.waitingBytes -= group.reduce(0) { $0 + $1.body.bytes.count }
            return group
        }
    }

    /// Commits the bodies of a group, one row a signal.
    private func commit(_ group: [Waiting], _ zstandard: Zstandard) -> Result<[Row], StoreError> {
        var rows: [(bodies: [LocatedBody], encoding: InboxBody.Encoding, stored: [UInt8])] = []
        for signal in Signal.allCases {
            let bodies = group.compactMap { $0.body.signal == signal ? $0.body : nil }
            guard let first = bodies.first else { continue }
            var whole = first.bytes
            if bodies.count > 1 {
                whole.reserveCapacity(bodies.reduce(0) { $0 + $1.bytes.count })
                for body in bodies.dropFirst() { whole += body.bytes }
            }
            let isLarge = whole.count >= Limits.compressedBodyBytesMin
            rows.append((bodies, isLarge ? .zstd : .plain, isLarge ? zstandard.compress(whole) : whole))
        }
        let firstID = state.withLock { state in
            defer { state.nextID += Int64(rows.count) }
            return state.nextID
        }
        do throws(StoreError) {
            return .success(
                try storeErrors(at: path) {
                    try pool.write { database in
                        let insert = try database.cachedStatement(
                            sql: "INSERT INTO inbox(id, signal, encoding, body, checksum) VALUES (?, ?, ?, ?, ?)")
                        return try rows.enumerated().map { place, row in
                            let id = firstID + Int64(place)
                            let signal = row.bodies[0].signal
                            try insert.execute(arguments: [
                                id, Int(signal.rawValue), row.encoding.rawValue, Data(row.stored),
                                row.stored.withUnsafeBytes { InboxBody.checksum(signal, row.encoding, $0) },
                            ])
                            return Row(id: id, storedBytes: row.stored.count, bodies: row.bodies)
                        }
                    }
                })
        } catch {
            // Whatever ails the disk is not the sender's mistake: the body may be sent again.
            return .failure(error.isRetryable ? error : StoreError(.unavailable, error.message, place: error.place))
        }
    }
}

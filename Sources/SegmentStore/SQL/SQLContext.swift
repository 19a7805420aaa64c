import GRDBSQLite
import Synchronization
import TelemetryStore

/// What the tables of one question share: the blocks as of one moment, those that are open, and how long it may take.
final class SQLContext {
    let blocks: [StoredBlock]
    /// The attributes that the statement names, which the tables have as hidden columns.
    var attributes: [String] = []
    /// Nanoseconds since the Unix epoch: the same for the whole statement.
    let now = WallClock.now()
    let damaged: (StoreError) -> Void
    /// Why a table stopped the statement; SQLite knows only that it did.
    var failure: StoreError?
    var groupsRead = 0

    private let deadline: ContinuousClock.Instant
    private let cancellation: Cancellation
    private let memoryAtStart = sqlite3_memory_used()
    private var open: [(place: Int, block: BlockReader)] = []

    init(
        _ blocks: [StoredBlock], timeout: Duration, _ cancellation: Cancellation,
        damaged: @escaping (StoreError) -> Void
    ) {
        // Newest first, so that the first rows of an answer without an order are the ones that are looked for.
        self.blocks = blocks.sorted { $0.times.last > $1.times.last }
        self.cancellation = cancellation
        self.damaged = damaged
        deadline = ContinuousClock.now + timeout
    }

    /// Set from the task that asked, when it no longer wants the answer.
    final class Cancellation: Sendable {
        private let flag = Atomic<Bool>(false)

        var isCancelled: Bool { flag.load(ordering: .relaxed) }

        func cancel() { flag.store(true, ordering: .relaxed) }
    }

    /// Why the statement must end now; `nil` while it may go on.
    var reasonToEnd: StoreError? {
        if cancellation.isCancelled {
            return StoreError(.expired, "cannot answer in SQL: nobody waits for the answer any more")
        }
        if ContinuousClock.now >= deadline {
            return StoreError(
                .expired, "cannot answer in SQL: the time is up; ask for a shorter time range, one service or one trace"
            )
        }
        if sqlite3_memory_used() - memoryAtStart > Limits.sqlMemoryBytesMax {
            return StoreError(
                .expired,
                "cannot answer in SQL: more than \(Limits.sqlMemoryBytesMax >> 20) MiB of memory would be needed")
        }
        return nil
    }

    func check() throws(StoreError) {
        if let reasonToEnd { throw reasonToEnd }
    }

    /// The block at a place of `blocks`, opened once while it is in use.
    func block(_ place: Int) throws(StoreError) -> BlockReader {
        if let known = open.first(where: { $0.place == place }) { return known.block }
        let block = try blocks[place].open()
        if open.count >= Limits.sqlOpenBlocksMax { open.removeFirst() }
        open.append((place, block))
        return block
    }
}

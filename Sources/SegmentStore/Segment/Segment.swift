import Foundation
import GRDB
import OTLP
import Synchronization
import TelemetryStore

/// One segment file, open for reading.
///
/// What it holds never changes but for blocks and bodies that come; so filters are kept once they were read.
final class Segment: Sendable {
    let name: SegmentName
    let path: String
    private let database: any DatabaseReader
    private let keys: [CorrelationKey]
    private let cache: Mutex<Cache>
    /// Which opening of a file this is, of all in this process.
    fileprivate let opening = Segment.openings.wrappingAdd(1, ordering: .relaxed).newValue
    private static let openings = Atomic<UInt64>(0)

    private struct Cache {
        var idFilters: [Int64: MembershipFilter] = [:]
        /// The bodies of the inbox up to an id, as blocks.
        var inbox: (lastID: Int64, blocks: [EncodedBlock])?
    }

    private init(_ name: SegmentName, path: String, database: any DatabaseReader, keys: [CorrelationKey]) {
        self.name = name
        self.path = path
        self.database = database
        self.keys = keys
        cache = Mutex(Cache())
    }

    /// Opens a segment that another process may be writing.
    static func open(
        readOnly path: String, name: SegmentName, keys: [CorrelationKey]
    ) throws(StoreError) -> Segment {
        try storeErrors(at: path) {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            configuration.prepareDatabase { try $0.execute(sql: SegmentSchema.carefulReading) }
            let database = try DatabaseQueue(path: path, configuration: configuration)
            try database.read { try SegmentSchema.check($0, path: path) }
            return Segment(name, path: path, database: database, keys: keys)
        }
    }

    /// Opens or creates the segment that this process writes. The pool is the segment's `database`, too.
    static func open(
        writing path: String, name: SegmentName, keys: [CorrelationKey]
    ) throws(StoreError) -> (segment: Segment, pool: DatabasePool) {
        try WriteAheadLog.renew(of: path)
        return try storeErrors(at: path) {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.maximumReaderCount = 4
            configuration.prepareDatabase { database in
                try database.execute(
                    sql: """
                        PRAGMA page_size = \(SegmentSchema.pageBytes);
                        PRAGMA wal_autocheckpoint = 0;
                        """)
            }
            let pool = try DatabasePool(path: path, configuration: configuration)
            // A pool that could not switch to WAL goes on without, silently. Its commits would not survive a power cut.
            guard FileManager.default.fileExists(atPath: WriteAheadLog.path(of: path)) else {
                throw StoreError(.unavailable, "cannot open the segment: the disk does not take its write-ahead log")
            }
            // Only now: opening a pool sets its writer to `NORMAL`, which does not sync a commit.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try pool.write { database in
                if try !database.tableExists("inbox") { try SegmentSchema.create(database) }
                try SegmentSchema.check(database, path: path)
                // SQLite opens for reading what it cannot open for writing, and says so only when something is written.
                try database.execute(sql: "DELETE FROM inbox WHERE id < 0")
            }
            // SQLite syncs the folder when it makes a WAL, and does not say when that failed.
            try StoreFolder.sync((path as NSString).deletingLastPathComponent)
            return (Segment(name, path: path, database: pool, keys: keys), pool)
        }
    }

    /// All that the segment holds as of one moment: its blocks, and the inbox as blocks of the same form.
    ///
    /// Errors: what is damaged is told of and left out; anything else is thrown.
    func blocks(_ damaged: (StoreError) -> Void) throws(StoreError) -> [StoredBlock] {
        let snapshot: Snapshot
        do throws(StoreError) {
            snapshot = try storeErrors(at: path) { try database.read { try read($0, damaged) } }
        } catch {
            guard error.code == .corrupt else { throw error }
            damaged(error)
            return []
        }
        var blocks = snapshot.entries.map { entry in
            StoredBlock(counts: entry.counts, times: entry.times, segment: self, place: .file(entry.id))
        }
        for id in snapshot.missing {
            do throws(StoreError) {
                let head = try BlockReader(place(ofBlock: id)) { number throws(StoreError) in
                    try self.part(number, ofBlock: id)
                }
                let entry = BlockEntry(id: id, head)
                blocks.append(
                    StoredBlock(counts: entry.counts, times: entry.times, segment: self, place: .file(id)))
                damaged(StoreError(.corrupt, "the row of a block is damaged; its head serves", place: head.place))
            } catch {
                guard error.code == .corrupt else { throw error }
                damaged(StoreError(.corrupt, error.message, place: place(ofBlock: id)))
            }
        }
        return blocks
            + snapshot.inbox.map { block in
                StoredBlock(counts: block.counts, times: block.times, segment: self, place: .memory(block))
            }
    }

    func place(ofBlock id: Int64) -> String { "\(path), block \(id)" }

    private struct Snapshot {
        var entries: [BlockEntry]
        /// Ids of blocks without a readable row.
        var missing: [Int64]
        var inbox: [EncodedBlock]
    }

    private func read(_ database: Database, _ damaged: (StoreError) -> Void) throws -> Snapshot {
        var snapshot = Snapshot(entries: [], missing: [], inbox: [])
        do {
            (snapshot.entries, snapshot.missing) = try BlockEntry.all(database)
        } catch {
            let error = StoreError(error, at: path)
            guard error.code == .corrupt else { throw error }
            damaged(error)
            snapshot.missing = try BlockEntry.idsOfHeads(database)
        }
        guard let lastID = try Row.fetchOne(database, sql: "SELECT max(id) FROM inbox")?[0] as Int64? else {
            return snapshot
        }
        let cached = cache.withLock { $0.inbox }
        if let cached, cached.lastID == lastID {
            snapshot.inbox = cached.blocks
            return snapshot
        }
        let bodies = try InboxBody.all(database) { damaged(StoreError($0, at: path)) }.map { ($0.signal, $0.bytes) }
        let options = BlockMaker.Options(keys: keys.map(CorrelationKeyText.init), compressionLevel: 1)
        snapshot.inbox = try BlockMaker.blocks(of: bodies, options)
        cache.withLock { [blocks = snapshot.inbox] in $0.inbox = (lastID, blocks) }
        return snapshot
    }

    /// When the last of its records came and when retention looked at them; of a segment that is not sealed yet, when its
    /// file changed, and never.
    func life() throws(StoreError) -> (arrived: UInt64, judged: UInt64) {
        let row = try storeErrors(at: path) {
            try database.read { database in
                let row = try Row.fetchOne(database, sql: "SELECT arrived, judged FROM life")
                return (row?[0] as Int64?, row?[1] as Int64?)
            }
        }
        return (
            row.0.map(UInt64.init(bitPattern:)) ?? UInt64(max(0, StoreFolder.modificationTime(of: path) ?? 0)),
            row.1.map(UInt64.init(bitPattern:)) ?? 0
        )
    }

    /// The numbers of the parts that a block has.
    func partNumbers(ofBlock block: Int64) throws(StoreError) -> [Int] {
        try storeErrors(at: path) { try database.read { try BlockEntry.partNumbers(ofBlock: block, $0) } }
    }

    /// What SQLite itself finds wrong with the file; none when it is whole.
    func integrityProblems() throws(StoreError) -> [String] {
        try storeErrors(at: path) {
            try database.read { database in
                try Row.fetchAll(database, sql: "PRAGMA integrity_check(20)").compactMap { $0[0] as String? }
                    .filter { $0 != "ok" }
            }
        }
    }

    /// Writes a copy of all that the segment holds as of one moment to a new file.
    func copy(to path: String) throws(StoreError) {
        try storeErrors(at: path) {
            var configuration = Configuration()
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF") }
            let copy = try DatabaseQueue(path: path, configuration: configuration)
            try database.backup(to: copy)
            // A copy is written by nobody: it opens alone, from anywhere.
            try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
            try copy.close()
        }
    }

    fileprivate func part(_ number: Int, ofBlock block: Int64) throws(StoreError) -> [UInt8] {
        try storeErrors(at: path) { try database.read { try BlockEntry.part(number, ofBlock: block, $0) } }
    }

    /// Which ids lead to the block. Filters of blocks in files are kept in memory: they answer for ids that are nowhere.
    fileprivate func idFilter(ofBlock block: Int64) throws(StoreError) -> MembershipFilter {
        if let filter = cache.withLock({ $0.idFilters[block] }) { return filter }
        let filter = try StoredBlock.filter(try part(BlockPart.idFilter, ofBlock: block))
        cache.withLock { $0.idFilters[block] = filter }
        return filter
    }
}

/// A block that can be opened.
struct StoredBlock: Sendable {
    var counts: SignalCounts
    var times: TimeRange
    let segment: Segment
    fileprivate let place: Place

    fileprivate enum Place: Sendable {
        case file(Int64)
        case memory(EncodedBlock)
    }

    /// Whether it may have the trace, or the correlation value, with this hash.
    func mayHave(id hash: UInt64) throws(StoreError) -> Bool {
        switch place {
        case .file(let id): try segment.idFilter(ofBlock: id).mayContain(hash)
        case .memory(let block): try StoredBlock.filter(block.part(BlockPart.idFilter)).mayContain(hash)
        }
    }

    /// Which segment and block it is, for reports.
    var description: String {
        switch place {
        case .file(let id): segment.place(ofBlock: id)
        case .memory: "\(segment.path), inbox"
        }
    }

    /// The number of the block in its file; `nil` for what is still in the inbox.
    var id: Int64? { if case .file(let id) = place { id } else { nil } }

    func open() throws(StoreError) -> BlockReader {
        guard let id else { return try BlockReader(description, part) }
        let key = BlockHeadCache.Key(opening: segment.opening, block: id)
        let head = try BlockHeadCache.shared.head(key) { () throws(StoreError) in
            try BlockHead(try part(BlockPart.head))
        }
        return BlockReader(description, head, part)
    }

    /// Reads; what is damaged is told of, with its place, and any other failure is thrown.
    func reading(
        _ damaged: (StoreError) -> Void, _ work: () throws(StoreError) -> Void
    ) throws(StoreError) {
        do throws(StoreError) {
            try work()
        } catch {
            guard error.code == .corrupt else { throw error }
            damaged(StoreError(.corrupt, error.message, place: description))
        }
    }

    func part(_ number: Int) throws(StoreError) -> [UInt8] {
        switch place {
        case .file(let id): try segment.part(number, ofBlock: id)
        case .memory(let block): block.part(number)
        }
    }

    /// All of it, as it is stored.
    ///
    /// Errors: `.corrupt` when a part is damaged or missing.
    func encoded() throws(StoreError) -> EncodedBlock {
        let id: Int64
        switch place {
        case .memory(let block): return block
        case .file(let number): id = number
        }
        var block = EncodedBlock(counts: counts, times: times)
        for number in try segment.partNumbers(ofBlock: id) {
            block.parts.append((number, try segment.part(number, ofBlock: id)))
        }
        let numbers = Set(block.parts.map(\.number))
        for (place, group) in try open().groups.enumerated() {
            for signal in Signal.allCases
            where group.counts[signal] > 0 && !numbers.contains(BlockPart.rows(of: signal, group: place)) {
                throw StoreError(.corrupt, "cannot copy a block: rows are missing", place: description)
            }
        }
        return block
    }

    fileprivate static func filter(_ part: [UInt8]) throws(StoreError) -> MembershipFilter {
        var set = try ColumnSet(part)
        return try set.read(0) { (cursor, bytes) in
            MembershipFilter(bytes: bytes.extracting(cursor.position..<cursor.end))
        }
    }
}

/// Runs a piece of work and turns what SQLite throws into the store's own error.
func storeErrors<Result>(at path: String?, _ work: () throws -> Result) throws(StoreError) -> Result {
    do {
        return try work()
    } catch {
        throw StoreError(error, at: path)
    }
}

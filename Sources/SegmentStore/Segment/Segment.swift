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
    func blocks() throws(StoreError) -> [StoredBlock] {
        let (entries, inbox) = try storeErrors(at: path) { try database.read { try read($0) } }
        return entries.map { entry in
            StoredBlock(counts: entry.counts, times: entry.times, segment: self, place: .file(entry.id))
        }
            + inbox.map { block in
                StoredBlock(counts: block.counts, times: block.times, segment: self, place: .memory(block))
            }
    }

    /// The latest time of any record in a block; 0 when none has one.
    func lastTime() throws(StoreError) -> UInt64 {
        try storeErrors(at: path) { try database.read { try BlockEntry.all($0) } }.map(\.times.last).max() ?? 0
    }

    private func read(_ database: Database) throws -> (entries: [BlockEntry], inbox: [EncodedBlock]) {
        let entries = try BlockEntry.all(database)
        guard let lastID = try Int64.fetchOne(database, sql: "SELECT max(id) FROM inbox") else { return (entries, []) }
        let cached = cache.withLock { $0.inbox }
        if let cached, cached.lastID == lastID { return (entries, cached.blocks) }
        let bodies = try InboxBody.all(database).map { ($0.signal, $0.bytes) }
        let options = BlockMaker.Options(keys: keys.map(CorrelationKeyText.init), compressionLevel: 1)
        let blocks = try BlockMaker.blocks(of: bodies, options)
        cache.withLock { $0.inbox = (lastID, blocks) }
        return (entries, blocks)
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

    func open() throws(StoreError) -> BlockReader {
        try BlockReader(part)
    }

    func part(_ number: Int) throws(StoreError) -> [UInt8] {
        switch place {
        case .file(let id): try segment.part(number, ofBlock: id)
        case .memory(let block): block.part(number)
        }
    }

    fileprivate static func filter(_ part: [UInt8]) throws(StoreError) -> MembershipFilter {
        guard !part.isEmpty else { return MembershipFilter([UInt64](), bitsPerEntry: 1) }
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

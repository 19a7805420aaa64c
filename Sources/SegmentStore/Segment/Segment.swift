import Foundation
import GRDB
import OTLP
import Synchronization
import TelemetryStore

/// One segment file, open for reading.
///
/// What it holds never changes but for blocks and bodies that come; so filters are kept once they were read. One whose blocks
/// are known from elsewhere opens its file when the first of them is asked for.
final class Segment: Sendable {
    let name: SegmentName
    let path: String
    private let connection: Mutex<(any DatabaseReader)?>
    private let keys: [CorrelationKey]
    private let cache: Mutex<Cache>
    /// Which opening of a file this is, of all in this process.
    let opening = Segment.openings.wrappingAdd(1, ordering: .relaxed).newValue
    private static let openings = Atomic<UInt64>(0)

    private struct Cache {
        var idFilters: [Int64: MembershipFilter] = [:]
        /// The bodies of the inbox up to an id, as blocks.
        var inbox: (lastID: Int64, blocks: [EncodedBlock])?
        /// Of a sealed file in which nothing was found damaged.
        var entries: [BlockEntry]?
        /// Of a sealed file.
        var life: SegmentLife?
    }

    private init(_ name: SegmentName, path: String, database: (any DatabaseReader)?, keys: [CorrelationKey]) {
        self.name = name
        self.path = path
        connection = Mutex(database)
        self.keys = keys
        cache = Mutex(Cache())
    }

    /// A sealed segment of which all is known that is asked before a block is read.
    init(_ name: SegmentName, path: String, _ known: KnownSegment, keys: [CorrelationKey]) {
        self.name = name
        self.path = path
        connection = Mutex(nil)
        self.keys = keys
        var cache = Cache(entries: known.blocks.map(\.entry), life: known.life)
        for block in known.blocks { cache.idFilters[block.entry.id] = block.filter }
        self.cache = Mutex(cache)
    }

    /// Opens a segment that another process may be writing.
    static func open(
        readOnly path: String, name: SegmentName, keys: [CorrelationKey]
    ) throws(StoreError) -> Segment {
        try storeErrors(at: path) {
            Segment(name, path: path, database: try openDatabase(readOnly: path), keys: keys)
        }
    }

    private static func openDatabase(readOnly path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { try $0.execute(sql: SegmentSchema.carefulReading) }
        let database = try DatabaseQueue(path: path, configuration: configuration)
        try database.read { try SegmentSchema.check($0, path: path) }
        return database
    }

    /// The file, open.
    private var database: any DatabaseReader {
        get throws {
            try connection.withLock { connection in
                if let connection { return connection }
                let opened = try Segment.openDatabase(readOnly: path)
                connection = opened
                return opened
            }
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
            // Only now: opening a pool sets its writer to `NORMAL`, which does not sync a commit. The pool has made one already,
            // to begin the log: what a sync fails to write later may be that, which nobody would write again.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try StoreFolder.sync(WriteAheadLog.path(of: path))
            try pool.write { database in
                if try !database.tableExists("inbox") { try SegmentSchema.create(database) }
                try SegmentSchema.check(database, path: path)
                // SQLite opens for reading what it cannot open for writing, and says so only when something is written.
                try database.execute(sql: "DELETE FROM inbox WHERE id < 0")
                try SegmentSchema.raiseVersion(of: database)
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
            snapshot = try storeErrors(at: path) { try self.snapshot(damaged) }
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

    /// Those of its blocks to which any of these ids may lead, by their filters. A damaged filter lets everything pass.
    func blocks(
        havingAnyOf hashes: [UInt64], _ damaged: (StoreError) -> Void
    ) throws(StoreError) -> [StoredBlock] {
        if let entries = entriesOfKnownFilters(hashes) {
            return entries.map {
                StoredBlock(counts: $0.counts, times: $0.times, segment: self, place: .file($0.id))
            }
        }
        var blocks: [StoredBlock] = []
        for block in try self.blocks(damaged) {
            var mayHave = true
            try block.reading(damaged) { () throws(StoreError) in
                for hash in hashes where try block.mayHave(id: hash) { return }
                mayHave = false
            }
            if mayHave { blocks.append(block) }
        }
        return blocks
    }

    /// `nil` unless the blocks of a sealed file and all their filters were read before.
    private func entriesOfKnownFilters(_ hashes: [UInt64]) -> [BlockEntry]? {
        cache.withLock { cache in
            guard let entries = cache.entries, entries.count == cache.idFilters.count else { return nil }
            return entries.filter { entry in
                guard let filter = cache.idFilters[entry.id] else { return true }
                return hashes.contains { filter.mayContain($0) }
            }
        }
    }

    /// For a catalog; `nil` for a segment that may change, or of which something cannot be read.
    func known() -> KnownSegment? {
        guard name.isSealed, let life = try? life(), let blocks = try? blocks({ _ in }),
            cache.withLock({ $0.entries }) != nil
        else { return nil }
        var known = KnownSegment(life: life)
        for block in blocks {
            guard let id = block.id, let filter = try? idFilter(ofBlock: id) else { return nil }
            let entry = BlockEntry(id: id, counts: block.counts, times: block.times)
            known.blocks.append(KnownBlock(entry: entry, filter: filter))
        }
        return known
    }

    func place(ofBlock id: Int64) -> String { "\(path), block \(id)" }

    private struct Snapshot {
        var entries: [BlockEntry]
        /// Ids of blocks without a readable row.
        var missing: [Int64]
        var inbox: [EncodedBlock]
    }

    /// What a sealed file holds is read once.
    private func snapshot(_ damaged: (StoreError) -> Void) throws -> Snapshot {
        if let entries = cache.withLock({ $0.entries }) { return Snapshot(entries: entries, missing: [], inbox: []) }
        var isWhole = true
        let snapshot = try database.read { database in
            try read(database) { error in
                isWhole = false
                damaged(error)
            }
        }
        if name.isSealed, isWhole, snapshot.missing.isEmpty, snapshot.inbox.isEmpty {
            cache.withLock { $0.entries = snapshot.entries }
        }
        return snapshot
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
        var isWhole = true
        let bodies = try InboxBody.all(database) { error in
            isWhole = false
            damaged(StoreError(error, at: path))
        }.map { try LocatedBody(trusted: $0.bytes, of: $0.signal) }
        let options = BlockMaker.Options(keys: keys.map(CorrelationKeyText.init), compressionLevel: 1)
        snapshot.inbox = try BlockMaker.blocks(of: bodies, options)
        // What could not be read may be readable the next time.
        if isWhole { cache.withLock { [blocks = snapshot.inbox] in $0.inbox = (lastID, blocks) } }
        return snapshot
    }

    /// Of a segment that is not sealed yet: since its file changed, and never judged.
    func life() throws(StoreError) -> SegmentLife {
        if let life = cache.withLock({ $0.life }) { return life }
        let row = try storeErrors(at: path) {
            try database.read { database in
                let row = try Row.fetchOne(database, sql: "SELECT arrived, judged FROM life")
                return (row?[0] as Int64?, row?[1] as Int64?)
            }
        }
        let life = SegmentLife(
            arrived: row.0.map(UInt64.init(bitPattern:))
                ?? UInt64(max(0, StoreFolder.modificationTime(of: path) ?? 0)),
            judged: row.1.map(UInt64.init(bitPattern:)) ?? 0)
        if name.isSealed, row.0 != nil { cache.withLock { $0.life = life } }
        return life
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

    func part(_ number: Int, ofBlock block: Int64) throws(StoreError) -> [UInt8] {
        try storeErrors(at: path) {
            // One statement sees one moment without a transaction around it, and what follows can be done while others read.
            let stored = try database.unsafeRead { try BlockEntry.storedPart(number, ofBlock: block, $0) }
            guard let stored else { return [] }
            return try BlockEntry.content(of: stored, number, ofBlock: block)
        }
    }

    /// Which ids lead to the block. Filters of blocks in files are kept in memory: they answer for ids that are nowhere.
    func idFilter(ofBlock block: Int64) throws(StoreError) -> MembershipFilter {
        if let filter = cache.withLock({ $0.idFilters[block] }) { return filter }
        let filter = try StoredBlock.filter(try part(BlockPart.idFilter, ofBlock: block))
        cache.withLock { $0.idFilters[block] = filter }
        return filter
    }
}

/// What retention must know of a segment.
struct SegmentLife: Hashable, Sendable {
    /// When the last of its records came.
    var arrived: UInt64
    /// When retention looked at them.
    var judged: UInt64
}

/// Runs a piece of work and turns what SQLite throws into the store's own error.
func storeErrors<Result>(at path: String?, _ work: () throws -> Result) throws(StoreError) -> Result {
    do {
        return try work()
    } catch {
        throw StoreError(error, at: path)
    }
}

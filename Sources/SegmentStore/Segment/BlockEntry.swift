import Foundation
import GRDB
import OTLP
import TelemetryStore

/// A block as the segment's table of blocks knows it.
struct BlockEntry: Sendable {
    var id: Int64
    var counts: SignalCounts
    var times: TimeRange

    /// All that can be read, and the ids of blocks that must be there although no readable row says so.
    static func all(_ database: Database) throws -> (entries: [BlockEntry], missing: [Int64]) {
        let rows = try Row.fetchCursor(
            database, sql: "SELECT id, spans, logs, points, first_time, last_time, checksum FROM blocks ORDER BY id")
        var entries: [BlockEntry] = []
        var rowCount: Int64 = 0
        while let row = try rows.next() {
            rowCount += 1
            if let entry = BlockEntry(row) { entries.append(entry) }
        }
        // Ids count up from 1 without a gap: blocks never go from a segment.
        let known = Set(entries.map(\.id))
        let last = max(rowCount, known.max() ?? 0)
        guard known.count < last else { return (entries, []) }
        return (entries, (1...last).filter { !known.contains($0) })
    }

    /// The ids of all blocks that have a head, when the table of blocks itself cannot be read.
    static func idsOfHeads(_ database: Database) throws -> [Int64] {
        try Row.fetchAll(database, sql: "SELECT id FROM parts WHERE id & \(1 << BlockPart.numberBits - 1) = 0")
            .compactMap { ($0[0] as Int64?).map { $0 >> BlockPart.numberBits } }
    }

    /// `nil` for a row that is not what was written.
    private init?(_ row: Row) {
        let stored = (0..<7).compactMap { row[$0] as Int64? }
        guard stored.count == 7, stored[6] == Checksum.of(Array(stored[1...5]), at: stored[0]),
            stored[1...3].allSatisfy({ (0...Int64(Limits.columnValuesMax)).contains($0) })
        else { return nil }
        self.init(
            id: stored[0], counts: SignalCounts(spans: Int(stored[1]), logs: Int(stored[2]), points: Int(stored[3])),
            times: TimeRange(first: UInt64(bitPattern: stored[4]), last: UInt64(bitPattern: stored[5])))
    }

    init(id: Int64, counts: SignalCounts, times: TimeRange) {
        self.id = id
        self.counts = counts
        self.times = times
    }

    /// What the block's head says of it.
    init(id: Int64, _ block: BlockReader) {
        self.init(id: id, counts: SignalCounts(), times: TimeRange())
        for group in block.groups {
            for signal in Signal.allCases { counts[signal] += group.counts[signal] }
            times.include(group.summary.times)
        }
    }

    private var row: [Int64] {
        [
            Int64(counts.spans), Int64(counts.logs), Int64(counts.points), Int64(bitPattern: times.first),
            Int64(bitPattern: times.last),
        ]
    }

    /// A part as it is stored, its checksum behind it; `nil` when the block has no such part.
    static func storedPart(_ number: Int, ofBlock block: Int64, _ database: Database) throws -> [UInt8]? {
        let select = try database.cachedStatement(sql: "SELECT bytes FROM parts WHERE id = ?")
        let rows = try Row.fetchCursor(select, arguments: [partID(number, ofBlock: block)])
        return try rows.next()?.withUnsafeData(atIndex: 0) { data in
            data?.withUnsafeBytes { Array($0) } ?? []
        }
    }

    /// The bytes of a part as they were written.
    ///
    /// Errors: `.corrupt` when they are not those that were written under this number.
    static func content(of stored: consuming [UInt8], _ number: Int, ofBlock block: Int64) throws(StoreError) -> [UInt8]
    {
        let count = stored.count - Checksum.byteCount
        let isWhole = stored.withUnsafeBytes { bytes in
            guard count >= 0 else { return false }
            let checksum = bytes.loadUnaligned(fromByteOffset: count, as: UInt32.self).littleEndian
            let bytes = UnsafeRawBufferPointer(rebasing: bytes[..<count])
            return Checksum.of(bytes, at: partID(number, ofBlock: block)) == checksum
        }
        guard isWhole else {
            throw StoreError(.corrupt, "cannot read a block: its \(BlockPart.name(number)) are damaged")
        }
        stored.removeLast(Checksum.byteCount)
        return stored
    }

    /// The numbers of a block's parts, as they are stored.
    static func partNumbers(ofBlock block: Int64, _ database: Database) throws -> [Int] {
        try Row.fetchAll(
            database, sql: "SELECT id FROM parts WHERE id >= ? AND id < ?",
            arguments: [partID(0, ofBlock: block), partID(0, ofBlock: block + 1)]
        ).compactMap { ($0[0] as Int64?).map { Int($0 - partID(0, ofBlock: block)) } }
    }

    private static func partID(_ number: Int, ofBlock block: Int64) -> Int64 {
        block &<< BlockPart.numberBits &+ Int64(number)
    }

    /// Writes a block behind those that are there.
    static func insert(_ block: EncodedBlock, _ database: Database) throws {
        let id = (try Row.fetchOne(database, sql: "SELECT max(id) FROM blocks")?[0] as Int64? ?? 0) + 1
        let row = BlockEntry(id: id, counts: block.counts, times: block.times).row
        let insertBlock = try database.cachedStatement(
            sql: """
                INSERT INTO blocks(id, spans, logs, points, first_time, last_time, checksum)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """)
        try insertBlock.execute(arguments: StatementArguments([id] + row + [Checksum.of(row, at: id)]))
        let insertPart = try database.cachedStatement(sql: "INSERT INTO parts(id, bytes) VALUES (?, ?)")
        for part in block.parts.sorted(by: { $0.number < $1.number }) {
            let partID = partID(part.number, ofBlock: id)
            var bytes = Data(capacity: part.bytes.count + Checksum.byteCount)
            bytes.append(contentsOf: part.bytes)
            let checksum = part.bytes.withUnsafeBytes { Checksum.of($0, at: partID) }
            withUnsafeBytes(of: checksum.littleEndian) { bytes.append(contentsOf: $0) }
            try insertPart.execute(arguments: [partID, bytes])
        }
    }
}

import Foundation
import GRDB
import OTLP
import TelemetryStore

/// A block as the segment's table of blocks knows it.
struct BlockEntry: Sendable {
    var id: Int64
    var counts: SignalCounts
    var times: TimeRange

    static func all(_ database: Database) throws -> [BlockEntry] {
        let rows = try Row.fetchCursor(
            database, sql: "SELECT id, spans, logs, points, first_time, last_time FROM blocks ORDER BY id")
        var entries: [BlockEntry] = []
        while let row = try rows.next() {
            entries.append(
                BlockEntry(
                    id: row[0], counts: SignalCounts(spans: row[1], logs: row[2], points: row[3]),
                    times: TimeRange(first: UInt64(bitPattern: row[4]), last: UInt64(bitPattern: row[5]))))
        }
        return entries
    }

    /// The bytes of a part; none when the block has no such part.
    static func part(_ number: Int, ofBlock block: Int64, _ database: Database) throws -> [UInt8] {
        let select = try database.cachedStatement(sql: "SELECT bytes FROM parts WHERE id = ?")
        let rows = try Row.fetchCursor(select, arguments: [block << BlockPart.numberBits | Int64(number)])
        guard let row = try rows.next() else { return [] }
        return try row.withUnsafeData(atIndex: 0) { $0.map { [UInt8]($0) } ?? [] }
    }

    /// Writes a block behind those that are there.
    static func insert(_ block: EncodedBlock, _ database: Database) throws {
        let insertBlock = try database.cachedStatement(
            sql: "INSERT INTO blocks(spans, logs, points, first_time, last_time) VALUES (?, ?, ?, ?, ?)")
        try insertBlock.execute(arguments: [
            block.counts.spans, block.counts.logs, block.counts.points, Int64(bitPattern: block.times.first),
            Int64(bitPattern: block.times.last),
        ])
        let id = database.lastInsertedRowID
        let insertPart = try database.cachedStatement(sql: "INSERT INTO parts(id, bytes) VALUES (?, ?)")
        for part in block.parts.sorted(by: { $0.number < $1.number }) {
            try insertPart.execute(arguments: [id << BlockPart.numberBits | Int64(part.number), Data(part.bytes)])
        }
    }
}

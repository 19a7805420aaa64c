import Foundation
import GRDB
import OTLP
import TelemetryStore

/// Turns the inbox into blocks.
///
/// 1. Read bodies in the order of arrival, up to a bound.
/// 2. Encode them as blocks, and collect their ids for the indexes, while appends go on.
/// 3. In one transaction insert the blocks and index entries and delete those bodies: at every moment, and after every
///    crash, a record is in exactly one of the two places.
struct Flusher: Sendable {
    let pool: DatabasePool
    let path: String
    let keys: [CorrelationKey]

    struct Outcome {
        var records: [Signal: Int] = [:]
        /// Bytes that left the inbox, and bytes of the blocks that came.
        var inboxBytes = 0
        var blockBytes = 0
    }

    /// Flushes once. `nil` when the inbox is empty.
    func flush() throws(StoreError) -> Outcome? {
        try storeErrors(at: path) {
            let bodies = try pool.read { try InboxBody.fetch($0, limitBytes: Limits.flushBytesMax) }
            guard let last = bodies.last else { return nil }
            var outcome = Outcome()
            var blocks: [EncodedBlock] = []
            var correlations: Set<Correlation> = []
            for signal in Signal.allCases {
                let selected = bodies.filter { $0.signal == signal }.map(\.bytes)
                guard !selected.isEmpty else { continue }
                let made = try BlockMaker.blocks(of: selected, signal)
                outcome.records[signal] = made.reduce(0) { $0 + $1.rowCount }
                outcome.blockBytes += made.reduce(0) { $0 + $1.payload.count }
                blocks += made
                for body in selected { correlations.formUnion(try Correlation.all(in: body, signal, keys)) }
            }
            try pool.write { database in
                for block in blocks { try insert(block, database) }
                try insert(correlations, database)
                outcome.inboxBytes =
                    try Int.fetchOne(
                        database, sql: "SELECT coalesce(sum(length(body)), 0) FROM inbox WHERE id <= ?",
                        arguments: [last.id]) ?? 0
                try database.execute(sql: "DELETE FROM inbox WHERE id <= ?", arguments: [last.id])
            }
            return outcome
        }
    }

    private func insert(_ block: EncodedBlock, _ database: Database) throws {
        let insertBlock = try database.cachedStatement(
            sql: "INSERT INTO blocks(signal, row_count, payload) VALUES (?, ?, ?)")
        try insertBlock.execute(arguments: [Int(block.signal.rawValue), block.rowCount, Data(block.payload)])
        let id = database.lastInsertedRowID
        let insertTrace = try database.cachedStatement(
            sql: "INSERT OR IGNORE INTO traces(trace_id, block) VALUES (?, ?)")
        for trace in block.traces where !trace.traceID.isZero {
            try insertTrace.execute(arguments: [trace.traceID.data, id])
        }
    }

    private func insert(_ correlations: Set<Correlation>, _ database: Database) throws {
        let insert = try database.cachedStatement(
            sql: "INSERT OR IGNORE INTO correlations(value, key, trace_id) VALUES (?, ?, ?)")
        for correlation in correlations {
            try insert.execute(arguments: [correlation.value, correlation.key.rawValue, correlation.traceID.data])
        }
    }
}

extension TraceID {
    /// The 16 bytes, as SQLite keeps and sorts them.
    var data: Data {
        var data = Data(capacity: TraceID.byteCount)
        withUnsafeBytes(of: high.bigEndian) { data.append(contentsOf: $0) }
        withUnsafeBytes(of: low.bigEndian) { data.append(contentsOf: $0) }
        return data
    }

    init?(data: Data) {
        guard data.count == TraceID.byteCount else { return nil }
        let high = data.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let low = data.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        self.init(high: high, low: low)
    }
}

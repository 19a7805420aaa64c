import GRDB
import OTLP
import TelemetryStore

/// Turns the inbox into blocks.
///
/// 1. Read bodies in the order of arrival, up to a bound.
/// 2. Encode them as blocks, with their indexes, while appends go on.
/// 3. In one transaction insert the blocks and delete those bodies: at every moment, and after every crash, a record is in
///    exactly one of the two places.
struct Flusher: Sendable {
    let pool: DatabasePool
    let path: String
    let keys: [CorrelationKey]

    let observe: @Sendable (StoreEvent) -> Void

    struct Outcome {
        var records: [Signal: Int] = [:]
        /// Bytes of the blocks that came.
        var blockBytes = 0
    }

    /// Flushes once. `nil` when the inbox holds no row up to `lastID`.
    func flush(_ inbox: InboxWriter, through lastID: Int64) throws(StoreError) -> Outcome? {
        let rows = inbox.oldest(through: lastID, limitBytes: Limits.flushBytesMax)
        guard let first = rows.first, let last = rows.last else { return nil }
        let outcome = try storeErrors(at: path) {
            var bodies: [LocatedBody] = []
            var unreadable: [Int64] = []
            for row in rows {
                if let recent = row.bodies {
                    bodies += recent
                    continue
                }
                do {
                    let read = try readTwice(row.id)
                    bodies.append(try LocatedBody(trusted: read.bytes, of: read.signal))
                } catch {
                    let error = StoreError(error, at: path)
                    guard error.code == .corrupt else { throw error }
                    // It stays where it is, so that the file is set aside when it is sealed.
                    observe(.damaged(error))
                    unreadable.append(row.id)
                }
            }
            let options = BlockMaker.Options(
                keys: keys.map(CorrelationKeyText.init), compressionLevel: Limits.flushCompressionLevel)
            let blocks = try BlockMaker.blocks(of: bodies, options)
            try pool.write { database in
                for block in blocks { try BlockEntry.insert(block, database) }
                let kept = unreadable.map(String.init).joined(separator: ",")
                // Nothing below the first: what could not be read by an earlier flush is still there.
                try database.execute(
                    sql: "DELETE FROM inbox WHERE id BETWEEN ? AND ? AND id NOT IN (\(kept))",
                    arguments: [first.id, last.id])
            }
            var outcome = Outcome()
            for block in blocks {
                outcome.blockBytes += block.byteCount
                for signal in Signal.allCases { outcome.records[signal, default: 0] += block.counts[signal] }
            }
            return outcome
        }
        inbox.remove(rows)
        // Pages of the inbox that came and went since the last checkpoint are never copied into the file.
        _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
        return outcome
    }

    /// A disk that fails once looks like damage: only what makes no sense twice is.
    private func readTwice(_ id: Int64) throws -> InboxBody {
        do {
            return try pool.read { try InboxBody.row(id, $0) }
        } catch  where StoreError(error, at: path).code == .corrupt {
            return try pool.read { try InboxBody.row(id, $0) }
        }
    }
}

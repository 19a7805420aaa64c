import Foundation
import GRDB
import OTLP
import TelemetryStore

/// A row of the inbox: the bodies of one signal that shared a commit, one behind the other, which OTLP reads as one body.
struct InboxBody {
    var signal: Signal
    var bytes: [UInt8]

    /// How a body is kept. Numbers are for ever.
    enum Encoding: Int {
        case plain = 0
        case zstd = 1
    }

    /// What stands in a row beside the id: the checksum is over the other three, wherever the row is.
    static func checksum(_ signal: Signal, _ encoding: Encoding, _ body: UnsafeRawBufferPointer) -> Int64 {
        Int64(Checksum.of(body, at: Int64(signal.rawValue) << 8 | Int64(encoding.rawValue)))
    }

    /// Reads the inbox in the order of arrival. A damaged row is told of and left out.
    static func all(_ database: Database, _ damaged: (any Error) -> Void) throws -> [InboxBody] {
        let rows = try Row.fetchCursor(
            database, sql: "SELECT signal, encoding, body, checksum FROM inbox ORDER BY id")
        var bodies: [InboxBody] = []
        while let row = try rows.next() {
            do {
                bodies.append(try InboxBody(row))
            } catch {
                damaged(error)
            }
        }
        return bodies
    }

    /// Reads one row.
    static func row(_ id: Int64, _ database: Database) throws -> InboxBody {
        let row = try Row.fetchOne(
            database, sql: "SELECT signal, encoding, body, checksum FROM inbox WHERE id = ?", arguments: [id])
        guard let row else { throw StoreError(.corrupt, "cannot read the inbox: row \(id) is missing") }
        return try InboxBody(row)
    }

    private init(_ row: Row) throws {
        guard let signal = (row[0] as Int64?).flatMap(UInt8.init(exactly:)).flatMap(Signal.init(rawValue:)),
            let encoding = (row[1] as Int64?).flatMap(Int.init(exactly:)).flatMap(Encoding.init(rawValue:)),
            let checksum = row[3] as Int64?
        else { throw StoreError(.corrupt, "cannot read the inbox: a row is damaged") }
        self.signal = signal
        bytes = try row.withUnsafeData(atIndex: 2) { data throws -> [UInt8] in
            try (data ?? Data()).withUnsafeBytes { bytes throws -> [UInt8] in
                guard InboxBody.checksum(signal, encoding, bytes) == checksum else {
                    throw StoreError(.corrupt, "cannot read the inbox: a body is damaged")
                }
                return encoding == .plain ? Array(bytes) : try Zstandard.decompress(bytes)
            }
        }
    }
}

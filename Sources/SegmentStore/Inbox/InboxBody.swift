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

    /// Reads the inbox in the order of arrival.
    static func all(_ database: Database) throws -> [InboxBody] {
        let rows = try Row.fetchCursor(database, sql: "SELECT signal, encoding, body FROM inbox ORDER BY id")
        var bodies: [InboxBody] = []
        while let row = try rows.next() { bodies.append(try InboxBody(row)) }
        return bodies
    }

    /// Reads one row.
    static func row(_ id: Int64, _ database: Database) throws -> InboxBody {
        let row = try Row.fetchOne(
            database, sql: "SELECT signal, encoding, body FROM inbox WHERE id = ?", arguments: [id])
        guard let row else { throw StoreError(.corrupt, "cannot read the inbox: row \(id) is missing") }
        return try InboxBody(row)
    }

    private init(_ row: Row) throws {
        guard let signal = Signal(rawValue: row[0]) else {
            throw StoreError(.corrupt, "cannot read the inbox: a body has an unknown signal")
        }
        self.signal = signal
        bytes = try row.withUnsafeData(atIndex: 2) { data throws -> [UInt8] in
            guard let data else { return [] }
            return try data.withUnsafeBytes { bytes throws -> [UInt8] in
                switch Encoding(rawValue: row[1]) {
                case .plain: Array(bytes)
                case .zstd: try Zstandard.decompress(bytes)
                case nil: throw StoreError(.corrupt, "cannot read the inbox: a body has an unknown encoding")
                }
            }
        }
    }
}

import Foundation
import GRDB
import OTLP
import TelemetryStore

/// One request body in the inbox.
struct InboxBody {
    var id: Int64
    var signal: Signal
    var bytes: [UInt8]

    /// How a body is kept. Numbers are for ever.
    enum Encoding: Int {
        case plain = 0
        case zstd = 1
    }

    /// Reads the inbox in the order of arrival, up to `limitBytes` of stored bytes but at least one body.
    static func fetch(_ database: Database, limitBytes: Int = .max) throws -> [InboxBody] {
        var bodies: [InboxBody] = []
        var storedBytes = 0
        let rows = try Row.fetchCursor(database, sql: "SELECT id, signal, encoding, body FROM inbox ORDER BY id")
        while let row = try rows.next() {
            let body = try row.withUnsafeData(atIndex: 3) { data throws -> [UInt8] in
                guard let data else { return [] }
                storedBytes += data.count
                return try data.withUnsafeBytes { bytes throws -> [UInt8] in
                    switch Encoding(rawValue: row[2]) {
                    case .plain: Array(bytes)
                    case .zstd: try Zstandard.decompress(bytes)
                    case nil: throw StoreError(.corrupt, "cannot read the inbox: a body has an unknown encoding")
                    }
                }
            }
            guard let signal = Signal(rawValue: row[1]) else {
                throw StoreError(.corrupt, "cannot read the inbox: a body has an unknown signal")
            }
            bodies.append(InboxBody(id: row[0], signal: signal, bytes: body))
            if storedBytes >= limitBytes { break }
        }
        return bodies
    }
}

import GRDB
import TelemetryStore

/// A segment file that is made in one go: nobody reads it before it is closed, synced and renamed, so SQLite needs no journal.
final class SegmentFile {
    private let database: DatabaseQueue
    private let path: String

    init(creating path: String) throws(StoreError) {
        self.path = path
        database = try storeErrors(at: path) {
            var configuration = Configuration()
            configuration.prepareDatabase { database in
                try database.execute(
                    sql: """
                        PRAGMA page_size = \(SegmentSchema.pageBytes);
                        PRAGMA journal_mode = OFF;
                        PRAGMA synchronous = OFF;
                        PRAGMA cache_size = -8192;
                        """)
            }
            let database = try DatabaseQueue(path: path, configuration: configuration)
            try database.write { try SegmentSchema.create($0) }
            return database
        }
    }

    func append(_ block: EncodedBlock) throws(StoreError) {
        try storeErrors(at: path) { try database.write { try BlockEntry.insert(block, $0) } }
    }

    /// - Parameters:
    ///   - arrived: when the last of the records came, for those whose own time is nonsense.
    ///   - judged: when retention looked at them.
    func close(arrived: UInt64, judged: UInt64) throws(StoreError) {
        try storeErrors(at: path) {
            try database.write { database in
                try database.execute(
                    sql: "INSERT INTO life(arrived, judged) VALUES (?, ?)",
                    arguments: [Int64(bitPattern: arrived), Int64(bitPattern: judged)])
            }
            try database.close()
        }
    }
}

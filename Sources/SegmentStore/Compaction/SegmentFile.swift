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

    func close() throws(StoreError) {
        try storeErrors(at: path) { try database.close() }
    }
}

import GRDB
import OTLP
import TelemetryStore

/// One segment file, open for reading: blocks, indexes and inbox as of one moment for each query.
struct Segment: Sendable {
    let path: String
    let database: any DatabaseReader

    /// Opens a segment that another process may be writing.
    static func open(readOnly path: String) throws(StoreError) -> Segment {
        try storeErrors(at: path) {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let database = try DatabaseQueue(path: path, configuration: configuration)
            try database.read { try SegmentSchema.check($0, path: path) }
            return Segment(path: path, database: database)
        }
    }

    /// Opens or creates the segment that this process writes. The pool is the segment's `database`, too.
    static func open(writing path: String) throws(StoreError) -> (segment: Segment, pool: DatabasePool) {
        try storeErrors(at: path) {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.maximumReaderCount = 4
            configuration.prepareDatabase { database in
                try database.execute(
                    sql: "PRAGMA page_size = \(SegmentSchema.pageBytes); PRAGMA synchronous = FULL")
            }
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.write { database in
                if try !database.tableExists("inbox") { try SegmentSchema.create(database) }
                try SegmentSchema.check(database, path: path)
            }
            return (Segment(path: path, database: pool), pool)
        }
    }
}

/// Runs a piece of work and turns what SQLite throws into the store's own error.
func storeErrors<Result>(at path: String?, _ work: () throws -> Result) throws(StoreError) -> Result {
    do {
        return try work()
    } catch {
        throw StoreError(error, at: path)
    }
}

extension StoreError {
    init(_ error: any Error, at path: String?) {
        switch error {
        case let error as StoreError:
            self = error
        case let error as WireError:
            self.init(.corrupt, "cannot read what is stored: \(error)", place: path)
        case let error as DatabaseError:
            let reason = error.message ?? "no reason given"
            switch error.resultCode.primaryResultCode {
            case .SQLITE_FULL:
                self.init(.full, "cannot write: the disk is full; make room", place: path)
            case .SQLITE_IOERR, .SQLITE_BUSY, .SQLITE_LOCKED:
                self.init(.unavailable, "cannot use the segment: \(reason)", place: path)
            case .SQLITE_CORRUPT, .SQLITE_NOTADB:
                self.init(.corrupt, "cannot read the segment: \(reason); set the file aside", place: path)
            case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
                self.init(.unreadable, "cannot open the segment: \(reason); check the permissions", place: path)
            default:
                self.init(.unavailable, "cannot use the segment: \(reason)", place: path)
            }
        default:
            self.init(.unavailable, "cannot use the store: \(error)", place: path)
        }
    }
}

import GRDB
import TelemetryStore

/// The tables of a segment file.
///
/// Source: Documentation/Formats/segment.md.
enum SegmentSchema {
    /// Kept in SQLite's `user_version`. A file with a higher one was written by a later release and is refused.
    static let formatVersion = 1
    /// Kept in SQLite's `application_id`: "SVTS". A file with another one is not ours.
    static let applicationID = 0x5356_5453

    static let pageBytes = 16_384

    static func create(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE inbox(
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    signal INTEGER NOT NULL,
                    encoding INTEGER NOT NULL,
                    body BLOB NOT NULL);
                CREATE TABLE blocks(
                    id INTEGER PRIMARY KEY,
                    signal INTEGER NOT NULL,
                    row_count INTEGER NOT NULL,
                    payload BLOB NOT NULL);
                CREATE TABLE traces(
                    trace_id BLOB NOT NULL,
                    block INTEGER NOT NULL,
                    PRIMARY KEY(trace_id, block)) WITHOUT ROWID;
                CREATE TABLE correlations(
                    value TEXT NOT NULL,
                    key TEXT NOT NULL,
                    trace_id BLOB NOT NULL,
                    PRIMARY KEY(value, key, trace_id)) WITHOUT ROWID;
                PRAGMA application_id = \(applicationID);
                PRAGMA user_version = \(formatVersion);
                """)
    }

    /// Refuses a file that is not a segment, or one of a later format.
    static func check(_ database: Database, path: String) throws {
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id")
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard application == applicationID else {
            throw StoreError(.unreadable, "cannot open a segment: the file is not one of this program", place: path)
        }
        guard version <= formatVersion else {
            throw StoreError(
                .unreadable,
                "cannot open a segment: its format is \(version); this program reads up to \(formatVersion): update it",
                place: path)
        }
    }
}

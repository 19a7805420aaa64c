import GRDB
import TelemetryStore

/// The tables of a segment file.
///
/// Source: Documentation/Formats/segment.md.
enum SegmentSchema {
    /// Kept in SQLite's `user_version`. A file with a higher one was written by a later release and is refused.
    static let formatVersion = 3
    /// The oldest format that is read: it has no texts by length, and long directories. Format 1 was never released.
    static let oldestFormatVersion = 2
    /// Kept in SQLite's `application_id`: "SVTS". A file with another one is not ours.
    static let applicationID = 0x5356_5453

    static let pageBytes = 4_096

    /// For files of which nobody knows who made them: SQLite checks the cells of each page, and runs nothing that a schema says.
    static let carefulReading = "PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF"

    static func create(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE inbox(
                    id INTEGER PRIMARY KEY,
                    signal INTEGER NOT NULL,
                    encoding INTEGER NOT NULL,
                    body BLOB NOT NULL,
                    checksum INTEGER NOT NULL);
                CREATE TABLE blocks(
                    id INTEGER PRIMARY KEY,
                    spans INTEGER NOT NULL,
                    logs INTEGER NOT NULL,
                    points INTEGER NOT NULL,
                    first_time INTEGER NOT NULL,
                    last_time INTEGER NOT NULL,
                    checksum INTEGER NOT NULL);
                CREATE TABLE life(
                    arrived INTEGER NOT NULL,
                    judged INTEGER NOT NULL);
                CREATE TABLE parts(
                    id INTEGER PRIMARY KEY,
                    bytes BLOB NOT NULL);
                PRAGMA application_id = \(applicationID);
                PRAGMA user_version = \(formatVersion);
                """)
    }

    /// Says of a file that an older program began, that from now on it may hold what that one cannot read.
    static func raiseVersion(of database: Database) throws {
        guard try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0 < formatVersion else { return }
        try database.execute(sql: "PRAGMA user_version = \(formatVersion)")
    }

    /// Refuses a file that is not a segment, or one of another format than this program reads.
    static func check(_ database: Database, path: String) throws {
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id")
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard application == applicationID else {
            throw StoreError(.unreadable, "cannot open a segment: the file is not one of this program", place: path)
        }
        guard (oldestFormatVersion...formatVersion).contains(version) else {
            throw StoreError(
                .unreadable,
                "cannot open a segment: its format is \(version); this program reads \(oldestFormatVersion) to \(formatVersion)",
                place: path)
        }
    }
}

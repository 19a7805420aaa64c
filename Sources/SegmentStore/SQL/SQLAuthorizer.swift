import GRDBSQLite

/// What a statement may do: read the five tables and JSON, and call functions. Everything else SQLite asks about, from ATTACH and
/// PRAGMA to tables of its own, is refused while the statement is prepared.
enum SQLAuthorizer {
    private static let readable = SQLTables.allCases.map(\.rawValue) + ["json_each", "json_tree"]
    /// Reach beyond the statement: files, memory of the process, other statements.
    private static let refusedFunctions: Set = ["load_extension", "fts3_tokenizer", "zeroblob", "randomblob"]

    /// - Precondition: the tables are registered. SQLite would ask of their declarations, too, so these are made before.
    static func install(on database: OpaquePointer) {
        for table in readable {
            var statement: OpaquePointer?
            sqlite3_prepare_v2(database, "SELECT 1 FROM \(table)", -1, &statement, nil)
            sqlite3_finalize(statement)
        }
        sqlite3_set_authorizer(
            database,
            { _, action, first, second, _, _ in
                let isAllowed =
                    switch action {
                    case SQLITE_SELECT, SQLITE_RECURSIVE: true
                    // Without a column only rows are counted, as of a WITH clause, which has its name here, too.
                    case SQLITE_READ where second?.pointee == 0: true
                    case SQLITE_READ:
                        first.map { SQLAuthorizer.readable.contains(String(cString: $0).lowercased()) } ?? false
                    case SQLITE_FUNCTION:
                        second.map { !SQLAuthorizer.refusedFunctions.contains(String(cString: $0).lowercased()) }
                            ?? false
                    default: false
                    }
                return isAllowed ? SQLITE_OK : SQLITE_DENY
            }, nil)
    }
}

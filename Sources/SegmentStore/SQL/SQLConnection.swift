import GRDBSQLite
import TelemetryStore

/// A private connection for one statement: an empty database in memory, the five tables, and bounds on everything.
final class SQLConnection {
    private let database: OpaquePointer
    private let context: SQLContext

    init(_ context: SQLContext) throws(StoreError) {
        self.context = context
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(
            ":memory:", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let opened else {
            sqlite3_close_v2(opened)
            throw StoreError(.unavailable, "cannot answer in SQL: SQLite cannot be opened (\(code))")
        }
        database = opened
        for (limit, value) in SQLConnection.limits { sqlite3_limit(database, limit, value) }
        // A name in double quotes that is no column is an error, not a text.
        _disableDoubleQuotedStringLiterals(database)
        for table in SQLTables.allCases { TableModule(table, context).register(database) }
        SQLFunctions.register(on: database, context)
        SQLAuthorizer.install(on: database)
        sqlite3_progress_handler(
            database, Limits.sqlInstructionsBetweenChecks,
            { box in
                guard let box else { return 0 }
                let context = Unmanaged<SQLContext>.fromOpaque(box).takeUnretainedValue()
                context.failure = context.failure ?? context.reasonToEnd
                return context.failure == nil ? 0 : 1
            }, Unmanaged.passUnretained(context).toOpaque())
    }

    deinit { sqlite3_close_v2(database) }

    private static let limits: [(Int32, Int32)] = [
        (SQLITE_LIMIT_LENGTH, Int32(Limits.sqlValueBytesMax)),
        (SQLITE_LIMIT_SQL_LENGTH, Int32(Limits.sqlStatementBytesMax)),
        (SQLITE_LIMIT_EXPR_DEPTH, Limits.sqlExpressionDepthMax),
        (SQLITE_LIMIT_COMPOUND_SELECT, Limits.sqlCompoundTermsMax),
        (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, Limits.sqlPatternBytesMax),
        (SQLITE_LIMIT_VDBE_OP, Limits.sqlInstructionsMax),
        (SQLITE_LIMIT_ATTACHED, 0),
        (SQLITE_LIMIT_TRIGGER_DEPTH, 0),
        (SQLITE_LIMIT_WORKER_THREADS, 0),
    ]

    /// Runs a statement to its end, or to its bounds.
    func table(_ query: SQLQuery) throws(StoreError) -> SQLTable {
        guard !query.text.utf8.contains(0) else { throw invalid("it has a NUL character") }
        let (prepared, rest) = try prepare(query.text)
        defer { sqlite3_finalize(prepared) }
        guard let prepared else { throw invalid("it is empty") }
        let (second, _) = try prepare(rest)
        sqlite3_finalize(second)
        guard second == nil else { throw invalid("it is more than one statement; ask one at a time") }
        guard sqlite3_stmt_readonly(prepared) != 0, sqlite3_column_count(prepared) > 0 else {
            throw invalid("it is no query; telemetry can be read in SQL, not changed")
        }
        return try rows(of: prepared, max: query.rowsMax)
    }

    private func prepare(_ text: String) throws(StoreError) -> (OpaquePointer?, rest: String) {
        var statement: OpaquePointer?
        var code = SQLITE_OK
        let rest = text.withCString { start in
            var tail: UnsafePointer<CChar>?
            code = sqlite3_prepare_v2(database, start, -1, &statement, &tail)
            return tail.map { String(cString: $0) } ?? ""
        }
        guard code == SQLITE_OK else { throw failure(code) }
        return (statement, rest)
    }

    private func rows(of statement: OpaquePointer, max rowsMax: Int) throws(StoreError) -> SQLTable {
        let count = sqlite3_column_count(statement)
        var table = SQLTable(
            columns: (0..<count).map { sqlite3_column_name(statement, $0).map { String(cString: $0) } ?? "" })
        var bytes = 0
        while true {
            let code = sqlite3_step(statement)
            guard code == SQLITE_ROW else {
                guard code == SQLITE_DONE else { throw failure(code) }
                return table
            }
            guard table.rows.count < rowsMax, bytes < Limits.sqlAnswerBytesMax else {
                table.isTruncated = true
                return table
            }
            let row = (0..<count).map { sqlite3_column_value(statement, $0).map(SQLValue.init) ?? .null }
            bytes += row.reduce(0) { $0 + $1.byteCount }
            table.rows.append(row)
        }
    }

    // MARK: What went wrong

    private func failure(_ code: Int32) -> StoreError {
        if let failure = context.failure { return failure }
        let message = String(cString: sqlite3_errmsg(database))
        switch code & 0xFF {
        case SQLITE_INTERRUPT, SQLITE_NOMEM, SQLITE_FULL, SQLITE_IOERR:
            return StoreError(.expired, "cannot answer in SQL: \(message); ask for less at once")
        case SQLITE_AUTH: return invalid("\(message); telemetry can be read in SQL, and nothing else can be done")
        default: return invalid(message + hint(message))
        }
    }

    private func invalid(_ reason: String) -> StoreError {
        StoreError(.invalid, "cannot answer this statement: \(reason)")
    }

    /// What people mostly meant.
    private func hint(_ message: String) -> String {
        if message.hasPrefix("no such column") {
            return
                "; text stands in single quotes, an attribute in double quotes: service = 'tutor' AND \"http.route\" = '/'"
        }
        if message.hasPrefix("no such table") {
            return "; there are " + SQLTables.allCases.map(\.rawValue).joined(separator: ", ")
        }
        return ""
    }
}

extension SQLValue {
    fileprivate var byteCount: Int {
        switch self {
        case .null, .integer, .real: 8
        case .text(let text): text.utf8.count
        case .blob(let bytes): bytes.count
        }
    }
}

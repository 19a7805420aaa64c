import GRDBSQLite
import TelemetryStore

/// The conditions of a statement that a scan takes over, chosen while SQLite plans.
struct PushDown {
    struct Term {
        var role: SQLColumn.Role
        var comparison: Comparison
        /// All values of an IN at once.
        var isList: Bool
    }

    enum Comparison {
        case equals
        case less
        case atMost
        case greater
        case atLeast
        case glob
        case isThere
        /// Any other that does not hold for NULL.
        case other
    }

    private(set) var terms: [Term] = []

    /// Chooses among the conditions that SQLite offers, numbers them, and says in words what was chosen.
    init(_ index: UnsafeMutablePointer<sqlite3_index_info>, _ table: SQLTables, _ columns: [SQLColumn], rowCount: Int) {
        var words: [String] = []
        var rows = max(1, Double(rowCount))
        for place in 0..<Int(index.pointee.nConstraint) {
            let constraint = index.pointee.aConstraint[place]
            guard constraint.usable != 0, columns.indices.contains(Int(constraint.iColumn)) else { continue }
            let column = columns[Int(constraint.iColumn)]
            guard let role = column.role, let sign = Sign(constraint.op), sign.isOf(role),
                String(cString: sqlite3_vtab_collation(index, Int32(place))) == "BINARY"
            else { continue }
            let isList = sign.comparison == .equals && sqlite3_vtab_in(index, Int32(place), 1) != 0
            terms.append(Term(role: role, comparison: sign.comparison, isList: isList))
            // SQLite asks every condition again: what is handed over here only spares reading.
            index.pointee.aConstraintUsage[place].argvIndex = Int32(terms.count)
            words.append(
                column.isHidden
                    ? "\"\(column.name)\" \(isList ? "IN (…)" : sign.text)"
                    : "\(column.name) \(isList ? "IN (…)" : sign.text)")
            rows *= PushDown.share(of: role, sign.comparison)
        }
        index.pointee.estimatedRows = Int64(max(1, rows))
        index.pointee.estimatedCost = rows + 100
        index.pointee.idxStr = PushDown.string(words.isEmpty ? "every row" : words.joined(separator: " AND "))
        index.pointee.needToFreeIdxStr = 1
    }

    /// How many of the rows a condition leaves, for the order of a join's tables.
    private static func share(of role: SQLColumn.Role, _ comparison: Comparison) -> Double {
        switch (role, comparison) {
        case (.traceID, _): 1e-5
        case (.attribute, .equals): 0.001
        case (.name, .equals), (.service, _), (.attribute, .glob): 0.05
        default: 0.3
        }
    }

    /// Text that SQLite frees.
    static func string(_ text: String) -> UnsafeMutablePointer<CChar>? {
        let bytes = Array(text.utf8CString)
        guard let copy = sqlite3_malloc(Int32(bytes.count))?.assumingMemoryBound(to: CChar.self) else { return nil }
        copy.update(from: bytes, count: bytes.count)
        return copy
    }

    /// What a row must be like at least, once the values are known.
    func filter(_ values: UnsafeMutablePointer<OpaquePointer?>?, count: Int) -> RowFilter {
        var filter = RowFilter()
        for (place, term) in terms.enumerated() where place < count {
            guard let value = values?[place] else { continue }
            filter.narrow(term.role, term.comparison, term.isList ? SQLValue.list(value) : [SQLValue(value)])
        }
        filter.finish()
        return filter
    }

    /// How a condition stands in a statement.
    private struct Sign {
        var comparison: Comparison
        var text: String

        init?(_ code: UInt8) {
            switch Int32(code) {
            case SQLITE_INDEX_CONSTRAINT_EQ: (comparison, text) = (.equals, "= ?")
            case SQLITE_INDEX_CONSTRAINT_LT: (comparison, text) = (.less, "< ?")
            case SQLITE_INDEX_CONSTRAINT_LE: (comparison, text) = (.atMost, "<= ?")
            case SQLITE_INDEX_CONSTRAINT_GT: (comparison, text) = (.greater, "> ?")
            case SQLITE_INDEX_CONSTRAINT_GE: (comparison, text) = (.atLeast, ">= ?")
            case SQLITE_INDEX_CONSTRAINT_GLOB: (comparison, text) = (.glob, "GLOB ?")
            case SQLITE_INDEX_CONSTRAINT_ISNOTNULL: (comparison, text) = (.isThere, "IS NOT NULL")
            case SQLITE_INDEX_CONSTRAINT_LIKE: (comparison, text) = (.other, "LIKE ?")
            case SQLITE_INDEX_CONSTRAINT_NE: (comparison, text) = (.other, "<> ?")
            default: return nil
            }
        }

        /// Whether the condition can spare reading when it stands on such a column.
        func isOf(_ role: SQLColumn.Role) -> Bool {
            switch (role, comparison) {
            case (.attribute, _), (_, .equals), (.name, .glob): true
            case (.time, .less), (.time, .atMost), (.time, .greater), (.time, .atLeast): true
            case (.duration, .less), (.duration, .atMost), (.duration, .greater), (.duration, .atLeast): true
            case (.severityNumber, .greater), (.severityNumber, .atLeast): true
            default: false
            }
        }
    }
}

extension SQLValue {
    init(_ value: OpaquePointer) {
        switch sqlite3_value_type(value) {
        case SQLITE_INTEGER: self = .integer(sqlite3_value_int64(value))
        case SQLITE_FLOAT: self = .real(sqlite3_value_double(value))
        case SQLITE_TEXT:
            let text = sqlite3_value_text(value)
            let bytes = UnsafeBufferPointer(start: text, count: Int(sqlite3_value_bytes(value)))
            self = .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            let bytes = sqlite3_value_blob(value)
            self = .blob(Array(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_value_bytes(value)))))
        default: self = .null
        }
    }

    /// The values of an IN that was handed over whole.
    static func list(_ list: OpaquePointer) -> [SQLValue] {
        var values: [SQLValue] = []
        var value: OpaquePointer?
        var code = sqlite3_vtab_in_first(list, &value)
        while code == SQLITE_OK, let found = value {
            values.append(SQLValue(found))
            code = sqlite3_vtab_in_next(list, &value)
        }
        return values
    }
}

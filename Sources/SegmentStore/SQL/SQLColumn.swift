/// A column of a table: its name, its type, and which part of a filter a condition on it becomes.
struct SQLColumn {
    var name: String
    var type: String = ""
    var role: Role?
    var isHidden = false

    /// What a condition on the column can spare reading.
    enum Role: Hashable {
        case traceID
        case service
        case name
        case time
        /// Nanoseconds in one unit of the column.
        case duration(unit: Double)
        case kind
        case status
        case severity
        case severityNumber
        case attribute(String)
    }

    static func text(_ name: String, _ role: Role? = nil) -> SQLColumn {
        SQLColumn(name: name, type: "TEXT", role: role)
    }
    static func integer(_ name: String, _ role: Role? = nil) -> SQLColumn {
        SQLColumn(name: name, type: "INTEGER", role: role)
    }
    static func real(_ name: String, _ role: Role? = nil) -> SQLColumn {
        SQLColumn(name: name, type: "REAL", role: role)
    }
    static func any(_ name: String) -> SQLColumn { SQLColumn(name: name) }
    static func attribute(_ key: String) -> SQLColumn { SQLColumn(name: key, role: .attribute(key), isHidden: true) }

    /// As it stands in `CREATE TABLE`. BLOB is how SQLite calls a column whose values are compared as they are; the word HIDDEN
    /// alone would make texts into numbers.
    var declaration: String {
        "\"" + name.replacing("\"", with: "\"\"") + "\"" + (isHidden ? " BLOB HIDDEN" : type.isEmpty ? "" : " " + type)
    }
}

/// A question in SQL over the tables `spans`, `logs`, `metrics`, `resources` and `traces`.
///
/// Source: Documentation/Formats/sql.md.
public struct SQLQuery: Hashable, Sendable {
    public var text: String
    /// Rows that are returned at most; what is beyond is left out and said.
    public var rowsMax: Int
    public var timeout: Duration

    public init(_ text: String, rowsMax: Int = Limits.sqlRowsMax, timeout: Duration = Limits.sqlTimeout) {
        self.text = text
        self.rowsMax = rowsMax
        self.timeout = timeout
    }
}

/// What a question in SQL is answered.
public struct SQLTable: Hashable, Sendable {
    public var columns: [String]
    public var rows: [[SQLValue]]
    /// There were more rows than were asked for.
    public var isTruncated: Bool

    public init(columns: [String] = [], rows: [[SQLValue]] = [], isTruncated: Bool = false) {
        self.columns = columns
        self.rows = rows
        self.isTruncated = isTruncated
    }
}

public enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

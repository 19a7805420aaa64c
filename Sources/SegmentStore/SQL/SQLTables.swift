import OTLP
import TelemetryStore

/// The tables that a statement can ask.
///
/// Source: Documentation/Formats/sql.md.
enum SQLTables: String, CaseIterable {
    case spans
    case logs
    case metrics
    case resources
    case traces

    /// In the order of `SELECT *`; the numbers that scans are asked for.
    var columns: [SQLColumn] {
        switch self {
        case .spans: SpanScan.Column.allCases.map(\.definition)
        case .logs: LogScan.Column.allCases.map(\.definition)
        case .metrics: PointScan.Column.allCases.map(\.definition)
        case .resources: ResourceScan.Column.allCases.map(\.definition)
        case .traces: TraceScan.Column.allCases.map(\.definition)
        }
    }

    var hasAttributes: Bool { self != .traces }

    /// Columns and, hidden, the attributes that the statement names.
    func columns(with attributes: [String]) -> [SQLColumn] {
        columns + (hasAttributes ? attributes.map(SQLColumn.attribute) : [])
    }

    /// Names that are no attributes, in lower case.
    static let reservedNames = Set(allCases.map(\.rawValue) + allCases.flatMap(\.columns).map(\.name))

    func scan(_ filter: RowFilter, _ context: SQLContext) -> any TableScan {
        switch self {
        case .spans: SpanScan(filter, context)
        case .logs: LogScan(filter, context)
        case .metrics: PointScan(filter, context)
        case .resources: ResourceScan(context)
        case .traces: TraceScan(filter, context)
        }
    }

    /// Rows of the table, for the choice between plans; roughly.
    func rowCount(_ blocks: [StoredBlock]) -> Int {
        switch self {
        case .spans: blocks.reduce(0) { $0 + $1.counts.spans }
        case .logs: blocks.reduce(0) { $0 + $1.counts.logs }
        case .metrics: blocks.reduce(0) { $0 + $1.counts.points }
        case .resources: 100
        case .traces: blocks.reduce(0) { $0 + $1.counts.spans } / 10
        }
    }
}

/// A walk over the rows of a table.
protocol TableScan: AnyObject {
    /// Moves to the first or the next row; `false` when there is none.
    func next() throws(StoreError) -> Bool
    /// Tells the row from all others of the table, the same in every scan of a statement: SQLite knows by it which rows both
    /// sides of an OR have found.
    var rowID: Int64 { get }
    /// Gives the value of a column of the row.
    func column(_ number: Int, _ result: SQLResult) throws(StoreError)
}

/// The place of a row in the blocks that a statement reads.
enum RowPlace {
    /// A group has some thousand rows, a block some dozen groups.
    static func id(block: Int, group: Int, row: Int) -> Int64 {
        Int64(truncatingIfNeeded: block << 40 | group << 24 | row)
    }
}

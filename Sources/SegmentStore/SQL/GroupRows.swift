import OTLP
import TelemetryStore

/// The rows of one group that a statement looks at. A column is decoded when it is first asked for.
final class GroupRows {
    let block: BlockReader
    let origins: OriginValues
    let signal: Signal
    let group: Int
    /// Which of the statement's blocks.
    let place: Int
    /// The rows that the filter holds for, the newest first as far as trace order goes.
    let found: [Int]

    private var matcher: GroupMatcher
    /// By number, those of fixed columns.
    private var columns = [[UInt64]?](repeating: nil, count: BlockColumn.firstAttribute)
    private var runs: [Int32]?
    /// By the number that the statement has for the attribute.
    private var attributes: [Int: AttributeRows] = [:]
    private var bodies: AttributeRows?
    private var spanIDs: [SpanID]?
    private var messages: [Int: [UInt8]]?

    init(
        _ block: BlockReader, _ origins: OriginValues, _ matcher: GroupMatcher, _ signal: Signal,
        place: Int, group: Int, _ found: [Int]
    ) {
        self.place = place
        self.block = block
        self.origins = origins
        self.matcher = matcher
        self.signal = signal
        self.group = group
        self.found = found.reversed()
    }

    var count: Int { block.groups[group].counts[signal] }

    /// A value of a column that has one for every row.
    func value(_ column: BlockColumn, _ row: Int) throws(StoreError) -> UInt64 {
        if let values = columns[column.rawValue] { return values[row] }
        let values = try matcher.rows.values(column)
        guard values.count == count else { throw RowReader.damaged(column) }
        columns[column.rawValue] = values
        return values[row]
    }

    /// A value of a column that has one for the rows where another is not zero; `nil` for the others.
    func value(_ column: BlockColumn, where marks: BlockColumn, is mark: (UInt64) -> Bool, _ row: Int)
        throws(StoreError) -> UInt64?
    {
        guard mark(try value(marks, row)) else { return nil }
        if columns[column.rawValue] == nil {
            let values = try matcher.rows.values(column)
            var spread: [UInt64] = []
            var next = 0
            for row in 0..<count {
                let hasValue = mark(try value(marks, row))
                guard !hasValue || next < values.count else { throw RowReader.damaged(column) }
                spread.append(hasValue ? values[next] : 0)
                if hasValue { next += 1 }
            }
            columns[column.rawValue] = spread
        }
        return try value(column, row)
    }

    func text(_ column: BlockColumn, _ row: Int, _ result: SQLResult) throws(StoreError) {
        try block.withText(try value(column, row), group: group) { result.textIfAny($0) }
    }

    func time(_ row: Int) throws(StoreError) -> UInt64 { try matcher.loadTimes()[row] }

    /// `nil` for a span without a start or an end.
    func duration(_ row: Int) throws(StoreError) -> UInt64? {
        try value(.spanPresence, row) == 3 ? try matcher.loadDurations()[row] : nil
    }

    /// The run, and so the trace, that a row stands in.
    func run(_ row: Int) -> Int {
        if runs == nil {
            var all: [Int32] = []
            for run in block.groups[group].runs {
                all += repeatElement(Int32(run), count: block.runs[run].counts[signal])
            }
            runs = all
        }
        return runs.map { Int($0[row]) } ?? 0
    }

    func traceID(_ row: Int) throws(StoreError) -> TraceID { try block.traceIDs()[run(row)] }

    // MARK: Attributes

    /// The record's own first value of a key, else its resource's.
    func attribute(_ number: Int, _ key: String, _ row: Int, _ result: SQLResult) throws(StoreError) {
        let isSpans = signal == .traces
        if attributes[number] == nil {
            attributes[number] = try AttributeRows(
                &matcher.rows, shapes: isSpans ? .spanShape : .logShape, count: count
            ) {
                $0.signal == signal && $0.owner == .record
                    && block.names.withBytes(Int($0.name)) { $0.elementsEqual(key.utf8) }
            }
        }
        if try attributes[number]?.value(row, block, group: group, result) == true { return }
        result.attribute(origins.attribute(key, try value(isSpans ? .spanOrigin : .logOrigin, row)))
    }

    func body(_ row: Int, _ result: SQLResult) throws(StoreError) {
        if bodies == nil {
            bodies = try AttributeRows(&matcher.rows, shapes: .logBodyShape, count: count) {
                $0.signal == .logs && $0.owner == .body
            }
        }
        if try bodies?.value(row, block, group: group, result) != true { result.null() }
    }

    // MARK: Span ids

    /// The ids of the group's spans, whichever signal the rows are of.
    func spanID(ofSpan row: Int) throws(StoreError) -> SpanID {
        if spanIDs == nil {
            var rows = signal == .traces ? matcher.rows : try block.rows(of: .traces, group: group)
            var ids: [SpanID] = []
            for run in block.groups[group].runs {
                let count = block.runs[run].counts.spans
                ids += try SpanRows.nextIDs(count, &rows)
                rows.skip(.spanOrigin, count)
            }
            spanIDs = ids
        }
        guard let spanIDs, spanIDs.indices.contains(row) else { throw RowReader.damaged(.spanID) }
        return spanIDs[row]
    }

    /// `nil` for a root.
    func parentSpanID(_ row: Int) throws(StoreError) -> SpanID? {
        switch try value(.spanParent, row) {
        case 0: return nil
        case 1: return try value(.spanForeignParent, where: .spanParent, is: { $0 == 1 }, row).map { SpanID($0) }
        case let distance: return try spanID(ofSpan: row &- Int(truncatingIfNeeded: Zigzag.decode(distance - 2)))
        }
    }

    // MARK: Whole records

    /// The message of a row, for what only few statements ask; those of the group's other rows are read with it.
    func message(_ row: Int) throws(StoreError) -> [UInt8] {
        if messages == nil {
            let wanted = Set(found)
            let firsts = Dictionary(grouping: found, by: run).mapValues { _ in 0 }
            var row: [Int: Int] = [:]
            var next = 0
            for run in block.groups[group].runs {
                row[run] = next
                next += block.runs[run].counts[signal]
            }
            var read: [Int: [UInt8]] = [:]
            try block.read(firsts.keys.sorted(), ofGroup: group, signals: [signal]) { _, run, _, message in
                let place = row[run] ?? 0
                row[run] = place + 1
                if wanted.contains(place) { read[place] = message }
            }
            messages = read
        }
        return messages?[row] ?? []
    }
}

import OTLP
import Synchronization
import TelemetryStore

/// What a block says of itself before any of its rows is read. It never changes, so that it is kept for the next query.
///
/// Errors: `.corrupt` for anything that cannot be what was written.
final class BlockHead: Sendable {
    let names: TextList
    let attributeColumns: [AttributeColumn]
    /// The attribute columns of each shape, in the order of the attributes.
    let shapes: [[Int]]
    /// By attribute column, the key as the first field of a `KeyValue` message.
    let keyFields: [[UInt8]]
    let origins: [BlockOrigin]
    private let resources = Mutex(ResourceFacts())
    let groups: [Group]
    let runs: [Run]
    /// By column, the number of shared texts that it brought in.
    let sharedCounts: [(column: Int, count: Int)]
    let sharedCount: Int

    struct Group {
        var runs: Range<Int>
        var summary: GroupSummary
        var counts: SignalCounts
    }

    struct Run {
        var start: UInt64
        var counts: SignalCounts
    }

    init(_ part: [UInt8]) throws(StoreError) {
        var head = try ColumnSet(part)
        names = try head.texts(BlockColumn.names.rawValue)
        attributeColumns = try BlockHead.attributeColumns(&head, nameCount: names.count)
        keyFields = attributeColumns.map { [names] column in
            var writer = ProtobufWriter()
            names.withBytes(Int(column.name)) { if !$0.isEmpty { writer.alwaysBytes(1, $0) } }
            return writer.bytes
        }
        shapes = try BlockHead.shapes(
            try head.texts(BlockColumn.shapes.rawValue), columnCount: attributeColumns.count)
        origins = BlockOrigin.all(in: try head.texts(BlockColumn.origins.rawValue))
        let shared = try head.integers(BlockColumn.sharedTextColumns.rawValue)
        sharedCounts = stride(from: 0, to: shared.count - 1, by: 2).map {
            (Int(truncatingIfNeeded: shared[$0]), Int(truncatingIfNeeded: min(shared[$0 + 1], 1 << 32)))
        }
        sharedCount = sharedCounts.reduce(0) { $0 + $1.count }
        runs = try BlockHead.runs(&head)
        groups = try BlockHead.groups(&head, runs)
    }

    /// What a query asks of all resources, found out when it does.
    private struct ResourceFacts {
        var services: [String?]?
        var keys: Set<ArraySlice<UInt8>>?
    }

    /// By origin.
    var services: [String?] {
        resources.withLock { facts in
            if let services = facts.services { return services }
            let services = origins.map(\.service)
            facts.services = services
            return services
        }
    }

    /// Whether a resource has an attribute with this key.
    func hasResource(with key: String) -> Bool {
        resources.withLock { facts in
            if facts.keys == nil { facts.keys = Set(origins.lazy.flatMap(\.resourceKeys)) }
            return facts.keys?.contains(Array(key.utf8)[...]) ?? true
        }
    }

    private static func attributeColumns(
        _ head: inout ColumnSet, nameCount: Int
    ) throws(StoreError) -> [AttributeColumn] {
        try head.read(BlockColumn.attributeColumns.rawValue) { (cursor, bytes) throws(WireError) in
            var columns: [AttributeColumn] = []
            while !cursor.isAtEnd {
                let signal = Signal(rawValue: UInt8(truncatingIfNeeded: try cursor.varint(in: bytes)))
                let owner = AttributeColumn.Owner(rawValue: UInt8(truncatingIfNeeded: try cursor.varint(in: bytes)))
                let name = try cursor.varint(in: bytes)
                let kind = AttributeView.Kind(rawValue: UInt8(truncatingIfNeeded: try cursor.varint(in: bytes)))
                guard let signal, let owner, let kind, name < UInt64(nameCount) else {
                    throw WireError(.unknownWireType, at: cursor.position)
                }
                columns.append(AttributeColumn(signal: signal, owner: owner, name: UInt32(name), kind: kind))
            }
            return columns
        }
    }

    private static func shapes(_ list: TextList, columnCount: Int) throws(StoreError) -> [[Int]] {
        var shapes: [[Int]] = []
        do throws(WireError) {
            for place in 0..<list.count {
                let bytes = list.array(place)
                var cursor = try WireCursor(bytes.span)
                var shape: [Int] = []
                while !cursor.isAtEnd {
                    let number =
                        Int(truncatingIfNeeded: try cursor.varint(in: bytes.span)) &- BlockColumn.firstAttribute
                    guard (0..<columnCount).contains(number) else { throw WireError(.lengthBeyondMessage, at: place) }
                    shape.append(number)
                }
                shapes.append(shape)
            }
        } catch {
            throw StoreError(.corrupt, "cannot read a block: its shapes are damaged")
        }
        return shapes
    }

    private static func runs(_ head: inout ColumnSet) throws(StoreError) -> [Run] {
        let distances = try head.integers(BlockColumn.runStart.rawValue)
        let spans = try head.integers(BlockColumn.runSpans.rawValue)
        let logs = try head.integers(BlockColumn.runLogs.rawValue)
        let points = try head.integers(BlockColumn.runPoints.rawValue)
        guard [spans, logs, points].allSatisfy({ $0.count == distances.count }),
            [spans, logs, points].joined().allSatisfy({ $0 <= UInt64(Limits.columnValuesMax) })
        else { throw StoreError(.corrupt, "cannot read a block: its runs are damaged") }
        var start: UInt64 = 0
        return distances.indices.map { run in
            start &+= UInt64(bitPattern: Zigzag.decode(distances[run]))
            return Run(
                start: start,
                counts: SignalCounts(spans: Int(spans[run]), logs: Int(logs[run]), points: Int(points[run])))
        }
    }

    private static func groups(_ head: inout ColumnSet, _ runs: [Run]) throws(StoreError) -> [Group] {
        let counts = try head.integers(BlockColumn.groupRuns.rawValue)
        let columns: [[UInt64]] = [
            try head.integers(BlockColumn.groupFirstTime.rawValue),
            try head.integers(BlockColumn.groupLastTime.rawValue),
            try head.integers(BlockColumn.groupShortest.rawValue),
            try head.integers(BlockColumn.groupLongest.rawValue),
            try head.integers(BlockColumn.groupErrors.rawValue),
            try head.integers(BlockColumn.groupSeverity.rawValue),
        ]
        guard columns.allSatisfy({ $0.count == counts.count }), counts.allSatisfy({ $0 <= UInt64(runs.count) }),
            counts.reduce(0, +) == UInt64(runs.count)
        else { throw StoreError(.corrupt, "cannot read a block: its groups are damaged") }
        var groups: [Group] = []
        var run = 0
        for (group, count) in counts.enumerated() {
            let range = run..<run + Int(count)
            var summary = GroupSummary()
            summary.times = TimeRange(first: columns[0][group], last: columns[1][group])
            summary.shortest = columns[2][group]
            summary.longest = columns[3][group]
            summary.errorCount = Int(truncatingIfNeeded: columns[4][group])
            summary.severity = Int32(truncatingIfNeeded: Zigzag.decode(columns[5][group]))
            var rows = SignalCounts()
            for run in runs[range] {
                rows.spans += run.counts.spans
                rows.logs += run.counts.logs
                rows.points += run.counts.points
            }
            guard rows.total <= Limits.groupRowsReadMax else {
                throw StoreError(.corrupt, "cannot read a block: a group has \(rows.total) rows")
            }
            groups.append(Group(runs: range, summary: summary, counts: rows))
            run = range.upperBound
        }
        return groups
    }
}

/// The heads of blocks that were opened last, whatever their segment.
final class BlockHeadCache: Sendable {
    static let shared = BlockHeadCache()

    /// A block of a segment, as it was opened by this process: a file that is opened anew is read anew.
    struct Key: Hashable {
        var opening: UInt64
        var block: Int64
    }

    private struct State {
        var heads: [Key: BlockHead] = [:]
        /// The keys in the order in which they came; once it is full the next one takes the place of the oldest.
        var order: [Key] = []
        var oldest = 0
    }

    private let state = Mutex(State())

    func head(_ key: Key, _ make: () throws(StoreError) -> BlockHead) throws(StoreError) -> BlockHead {
        if let head = state.withLock({ $0.heads[key] }) { return head }
        let head = try make()
        // One goes for one that comes: to let go of all would make somebody wait for it.
        state.withLock { state in
            guard state.heads.updateValue(head, forKey: key) == nil else { return }
            if state.order.count < Limits.blockHeadsKept {
                state.order.append(key)
            } else {
                state.heads[state.order[state.oldest]] = nil
                state.order[state.oldest] = key
                state.oldest = (state.oldest + 1) % state.order.count
            }
        }
        return head
    }
}

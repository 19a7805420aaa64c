import OTLP
import TelemetryStore

/// One block, open for reading. Its parts are fetched and inflated as they are asked for, and kept while it is open.
///
/// Errors: `.corrupt`, naming the column, for anything that cannot be what was written.
final class BlockReader {
    let names: TextList
    let attributeColumns: [AttributeColumn]
    /// The attribute columns of each shape, in the order of the attributes.
    let shapes: [[Int]]
    /// By attribute column, the key as the first field of a `KeyValue` message.
    let keyFields: [[UInt8]]
    let origins: [BlockOrigin]
    let groups: [BlockHead.Group]
    let runs: [BlockHead.Run]

    /// Which segment and block it is, for reports.
    let place: String
    private let fetch: (Int) throws(StoreError) -> [UInt8]
    private var ids: [TraceID]?
    private var sharedTexts = NumberedTexts()
    private var isSharedOpen = false
    /// Those of the group that was read last.
    private var ownTexts = NumberedTexts()
    private var ownGroup: Int?
    private let head: BlockHead
    let sharedCount: Int
    private var questionCount = 0

    init(_ place: String, _ head: BlockHead, _ fetch: @escaping (Int) throws(StoreError) -> [UInt8]) {
        self.place = place
        self.fetch = fetch
        self.head = head
        names = head.names
        attributeColumns = head.attributeColumns
        shapes = head.shapes
        keyFields = head.keyFields
        origins = head.origins
        groups = head.groups
        runs = head.runs
        sharedCount = head.sharedCount
    }

    convenience init(_ place: String, _ fetch: @escaping (Int) throws(StoreError) -> [UInt8]) throws(StoreError) {
        self.init(place, try BlockHead(try fetch(BlockPart.head)), fetch)
    }

    /// By origin.
    var services: [String?] { head.services }

    /// Whether the resource of an origin has an attribute with this key.
    func hasResource(with key: String) -> Bool { head.hasResource(with: key) }

    /// The trace ids of the runs, in order.
    func traceIDs() throws(StoreError) -> [TraceID] {
        if let ids { return ids }
        let loaded = try loadTraceIDs()
        ids = loaded
        return loaded
    }

    private func loadTraceIDs() throws(StoreError) -> [TraceID] {
        var set = try ColumnSet(try fetch(BlockPart.traceIDs))
        let count = runs.count
        return try set.read(0) { (cursor, bytes) throws(WireError) in
            var ids: [TraceID] = []
            ids.reserveCapacity(count)
            for _ in 0..<count {
                ids.append(TraceID(high: try cursor.fixed64(in: bytes), low: try cursor.fixed64(in: bytes)))
            }
            return ids
        }
    }

    /// Which values and words the groups may have.
    func valueFilters() throws(StoreError) -> ColumnSet {
        try ColumnSet(try fetch(BlockPart.valueFilters))
    }

    func correlations() throws(StoreError) -> CorrelationIndex {
        try CorrelationIndex(try fetch(BlockPart.correlations))
    }

    /// The rows of one signal in one group: those that are open already when they are of this signal.
    func rows(of signal: Signal, group: Int, opened: RowReader? = nil) throws(StoreError) -> RowReader {
        if let opened, opened.signal == signal { return opened }
        return RowReader(self, try ColumnSet(try fetch(BlockPart.rows(of: signal, group: group))), signal, group: group)
    }

    /// The columns of the records' own attributes with a key: one for each kind of value that it was sent with.
    func columns(of key: String, _ signal: Signal) -> [(number: Int, kind: AttributeView.Kind)] {
        attributeColumns.enumerated().compactMap { place, column in
            guard column.signal == signal, column.owner == .record,
                names.withBytes(Int(column.name), { $0.elementsEqual(key.utf8) })
            else { return nil }
            return (BlockColumn.firstAttribute + place, column.kind)
        }
    }

    /// The number of the first text that the group brought in with a column: see `GroupEncoder`.
    func firstOwnText(group: Int, column: Int) throws(StoreError) -> Int {
        if ownGroup != group { try openOwnTexts(group) }
        return ownTexts.first(ofColumn: column) ?? sharedCount
    }

    /// Gives the bytes of a text by its number.
    @inline(__always)
    func withText<Result>(
        _ number: UInt64, group: Int, _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(StoreError) -> Result {
        guard number <= UInt64(Limits.columnValuesMax) else {
            throw StoreError(.corrupt, "cannot read a block: a text is missing")
        }
        let place = Int(truncatingIfNeeded: number)
        if place < sharedCount {
            if !isSharedOpen { try openSharedTexts() }
            return try sharedTexts.withText(place, body)
        }
        if ownGroup != group { try openOwnTexts(group) }
        return try ownTexts.withText(place, body)
    }

    /// Reserves numbers for questions, and says the first.
    func takeQuestions(_ count: Int) -> Int {
        defer { questionCount += count }
        return questionCount
    }

    /// By row, what `answer` says of its text. Lists of texts are asked as a whole, those of the block once for all groups.
    ///
    /// - Parameter question: the number under which the answers are kept.
    func verdicts(
        _ numbers: [UInt64], group: Int, question: Int, _ answer: (TextList) -> [Bool]
    ) throws(StoreError) -> [Bool] {
        var verdicts = [Bool](repeating: false, count: numbers.count)
        var shared: (numbers: Range<Int>, verdicts: [Bool]) = (0..<0, [])
        var own = shared
        for row in numbers.indices {
            guard numbers[row] <= UInt64(Limits.columnValuesMax) else {
                throw StoreError(.corrupt, "cannot read a block: a text is missing")
            }
            let text = Int(truncatingIfNeeded: numbers[row])
            if text < sharedCount {
                if !shared.numbers.contains(text) {
                    if !isSharedOpen { try openSharedTexts() }
                    shared = try sharedTexts.verdicts(ofColumnWith: text, question: question, answer)
                }
                verdicts[row] = shared.verdicts[text - shared.numbers.lowerBound]
            } else {
                if !own.numbers.contains(text) {
                    if ownGroup != group { try openOwnTexts(group) }
                    own = try ownTexts.verdicts(ofColumnWith: text, question: question, answer)
                }
                verdicts[row] = own.verdicts[text - own.numbers.lowerBound]
            }
        }
        return verdicts
    }

    /// Lets go of texts, which take most of an open block's memory; they are inflated again when one is asked for.
    func releaseTexts() {
        sharedTexts = NumberedTexts()
        isSharedOpen = false
        ownTexts = NumberedTexts()
        ownGroup = nil
    }

    private func openSharedTexts() throws(StoreError) {
        sharedTexts = try NumberedTexts(try fetch(BlockPart.sharedTexts), counts: head.sharedCounts, first: 0)
        isSharedOpen = true
    }

    private func openOwnTexts(_ group: Int) throws(StoreError) {
        ownGroup = nil
        ownTexts = try NumberedTexts(try fetch(BlockPart.ownTexts(group: group)), first: sharedCount)
        ownGroup = group
    }
}

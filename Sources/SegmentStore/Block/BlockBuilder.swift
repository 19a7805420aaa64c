import OTLP

/// Fills a block, row after row in trace order.
///
/// Rows gather in plain columns, one set of columns a group; the end encodes them, when it is known which texts more than
/// one group uses: those stand once in the block, all others beside the rows of their group.
struct BlockBuilder: ~Copyable {
    private var counts = SignalCounts()
    private var columns = ColumnTable(count: BlockColumn.firstAttribute)
    private var texts = BlockTexts()
    private var groups: [Group] = []
    private var group = GroupSummary()
    private var groupRowCount = 0
    private var groupRunCount = 0

    private var names = ByteDictionary()
    private var shapes = ByteDictionary()
    private var attributeColumns: [AttributeColumn] = []
    /// The column + 1 by name, signal, owner and kind; 0 is none yet.
    private var columnNumbers: [UInt32] = []
    private var shape = ProtobufWriter()
    /// The columns of the row that is being appended.
    private var rowColumns: [UInt32] = []
    private var shapeMemory = ShapeMemory()

    private var origins = TextList.Builder()
    /// The code + 1 of an origin by its number in the flush's table; 0 is none yet.
    private var originCodes: [UInt32] = []
    private var originCount: UInt32 = 0
    private var runs: [Run] = []
    /// The runs that a correlation value stands in: the code of its text above the number of the run.
    private var correlations = HashSet()
    private var links: [(traceID: TraceID, run: Int)] = []
    /// By column: whether its values lead to their traces.
    private var isCorrelation = [Bool](repeating: false, count: BlockColumn.firstAttribute)
    private let keys: [CorrelationKeyText]
    private let zstandard: Zstandard

    /// The rows of one trace, or of a part of a very long one.
    private struct Run {
        var traceID: TraceID
        var start: UInt64
        var counts = SignalCounts()
    }

    private struct Group {
        var columns: [[UInt64]]
        var runCount: Int
        var summary: GroupSummary
    }

    init(keys: [CorrelationKeyText], compressionLevel: Int32) {
        self.keys = keys
        zstandard = Zstandard(level: compressionLevel)
    }

    var isFull: Bool { counts.total >= Limits.blockRowsMax }
    var isEmpty: Bool { counts.total == 0 }

    // MARK: Rows

    mutating func beginRun(of traceID: TraceID, start: UInt64) {
        if groupRowCount >= Limits.groupRowsMax { finishGroup() }
        runs.append(Run(traceID: traceID, start: start))
        groupRunCount += 1
    }

    /// Begins a row and says the code of its origin, dense from 0.
    @discardableResult
    mutating func beginRow(_ signal: Signal, origin number: UInt32, of table: OriginTable) -> UInt64 {
        let code = UInt64(originCode(number, of: table))
        runs[runs.count - 1].counts[signal] += 1
        groupRowCount += 1
        counts[signal] += 1
        switch signal {
        case .traces: append(code, to: .spanOrigin)
        case .logs: append(code, to: .logOrigin)
        case .metrics: append(code, to: .pointOrigin)
        }
        return code
    }

    private mutating func originCode(_ number: UInt32, of table: OriginTable) -> UInt32 {
        let place = Int(number)
        if place >= originCodes.count {
            originCodes += repeatElement(0, count: table.origins.count - originCodes.count)
        }
        if originCodes[place] == 0 {
            originCount += 1
            originCodes[place] = originCount
            let origin = table.origins[place]
            origin.group.withUnsafeBufferPointer { origins.append($0) }
            origin.scope.withUnsafeBufferPointer { origins.append($0) }
        }
        return originCodes[place] - 1
    }

    mutating func summarise(spanFrom start: UInt64, to end: UInt64, isError: Bool) {
        group.include(spanFrom: start, to: end, isError: isError)
    }

    mutating func summarise(recordAt time: UInt64, severity: Int32) {
        group.include(recordAt: time, severity: severity)
    }

    mutating func append(_ value: UInt64, to column: BlockColumn) { columns.append(value, to: column.rawValue) }
    mutating func append(_ value: UInt32, to column: BlockColumn) { append(UInt64(value), to: column) }
    mutating func append(signed value: Int64, to column: BlockColumn) { append(Zigzag.encode(value), to: column) }

    /// The difference of two times, however far apart.
    mutating func append(_ time: UInt64, since base: UInt64, to column: BlockColumn) {
        append(signed: Int64(bitPattern: time &- base), to: column)
    }

    /// Appends a text and says its code.
    @discardableResult
    mutating func append(_ text: WireRange, in body: ByteSpan, to column: BlockColumn) -> UInt32 {
        let code = texts.code(
            of: body.extracting(text.lowerBound..<text.upperBound), group: groups.count, column: column.rawValue)
        append(code, to: column)
        return code
    }

    mutating func append(_ text: [UInt8], to column: BlockColumn) {
        append(texts.code(of: text.span, group: groups.count, column: column.rawValue), to: column)
    }

    /// Appends the values of one row's attributes, and to `column` the code of their shape: which columns they stand in, in
    /// the order in which they were sent. So order and repeated keys are kept, and each column holds values of one kind.
    ///
    /// - Parameter kin: rows of the same number are likely to have the same keys, and are then not looked up key by key.
    mutating func append(
        _ attributes: Swift.Span<AttributeView>, of signal: Signal, owner: AttributeColumn.Owner = .record,
        kin: UInt32 = 0,
        in body: ByteSpan, to column: BlockColumn
    ) {
        let place = ShapeMemory.place(of: kin, column)
        var code = shapeMemory.code(place, count: attributes.count)
        rowColumns.removeAll(keepingCapacity: true)
        for index in attributes.indices {
            let attribute = attributes[index]
            var number = shapeMemory.column(place, index)
            if !isColumn(number, of: attribute, signal, owner, in: body) {
                code = nil
                let name = names.code(of: attribute.key, in: body)
                number = columnNumber(AttributeColumn(signal: signal, owner: owner, name: name, kind: attribute.kind))
            }
            rowColumns.append(number)
            append(attribute, in: body, to: Int(number))
        }
        append(code ?? rememberShape(at: place), to: column)
    }

    private mutating func rememberShape(at place: Int) -> UInt32 {
        shape.bytes.removeAll(keepingCapacity: true)
        for number in rowColumns { shape.varint(UInt64(number)) }
        let bytes = shape.bytes
        let code = shapes.code(of: bytes.span)
        shapeMemory.remember(rowColumns, code, at: place)
        return code
    }

    private mutating func append(_ attribute: AttributeView, in body: ByteSpan, to number: Int) {
        switch attribute.kind {
        case .absent, .empty: break
        case .bool, .double: columns.append(attribute.bits, to: number)
        case .int: columns.append(Zigzag.encode(Int64(bitPattern: attribute.bits)), to: number)
        case .string, .bytes, .array, .map:
            let text = body.extracting(attribute.range.lowerBound..<attribute.range.upperBound)
            let code = texts.code(of: text, group: groups.count, column: number)
            columns.append(UInt64(code), to: number)
            if isCorrelation[number] { correlations.insert(UInt64(code) &<< 32 | UInt64(runs.count &- 1)) }
        }
    }

    /// Whether a value of this attribute stands in the column.
    private func isColumn(
        _ number: UInt32, of attribute: AttributeView, _ signal: Signal, _ owner: AttributeColumn.Owner,
        in body: ByteSpan
    ) -> Bool {
        guard number != ShapeMemory.unknown else { return false }
        let column = attributeColumns[Int(number) - BlockColumn.firstAttribute]
        guard column.kind == attribute.kind, column.signal == signal, column.owner == owner else { return false }
        return names.isEqual(column.name, body.extracting(attribute.key.lowerBound..<attribute.key.upperBound))
    }

    /// Leads from a trace that a span of the run links to, to the trace of the run.
    mutating func index(linkTo traceID: TraceID) { links.append((traceID, runs.count - 1)) }

    private mutating func columnNumber(_ column: AttributeColumn) -> UInt32 {
        let place =
            ((Int(column.name) * 3 + Int(column.signal.rawValue) - 1) * 4 + Int(column.owner.rawValue)) * 9
            + Int(column.kind.rawValue)
        if place >= columnNumbers.count {
            columnNumbers += [UInt32](repeating: 0, count: place + 108 - columnNumbers.count)
        }
        if columnNumbers[place] == 0 {
            attributeColumns.append(column)
            let number = columns.makeColumn()
            isCorrelation.append(column.owner == .record && column.kind == .string && isKey(column.name))
            columnNumbers[place] = UInt32(number + 1)
        }
        return columnNumbers[place] - 1
    }

    private func isKey(_ name: UInt32) -> Bool {
        var isKey = false
        names.withBytes(of: name) { bytes in isKey = keys.contains { $0.equals(bytes) } }
        return isKey
    }

    private mutating func finishGroup() {
        guard groupRowCount > 0 else { return }
        groups.append(Group(columns: columns.takeAll(), runCount: groupRunCount, summary: group))
        group = GroupSummary()
        groupRowCount = 0
        groupRunCount = 0
    }

    // MARK: The end

    /// The finished block. The builder is of no more use.
    mutating func encoded() -> EncodedBlock {
        finishGroup()
        var block = EncodedBlock(counts: counts)
        for group in groups { block.times.include(group.summary.times) }
        let shared = texts.numberShared()
        var encoder = GroupEncoder(
            texts: texts, kinds: (0..<columns.count).map { kind(of: $0) },
            zstandard: zstandard)
        var filters = ColumnSet.Builder()
        for number in groups.indices {
            block.parts += encoder.encode(groups[number].columns, group: number)
            groups[number].columns = []
            filters.append(number, encoder.filter().bytes)
        }
        block.parts.append((BlockPart.head, head(shared).encoded(zstandard)))
        block.parts.append((BlockPart.traceIDs, traceIDs().encoded(zstandard)))
        block.parts.append((BlockPart.sharedTexts, encoded(shared)))
        block.parts.append((BlockPart.valueFilters, filters.encoded(zstandard)))
        let (index, filter) = correlationIndex().encoded(runs.map(\.traceID), zstandard)
        block.parts.append((BlockPart.correlations, index))
        block.parts.append((BlockPart.idFilter, filter))
        return block
    }

    private func kind(of number: Int) -> GroupEncoder.ColumnKind? {
        guard number >= BlockColumn.firstAttribute else {
            guard let column = BlockColumn(rawValue: number), let signal = column.signal else { return nil }
            let search: GroupEncoder.Search? =
                switch column {
                case .spanName, .spanStatusMessage, .eventName: .words
                default: nil
                }
            return GroupEncoder.ColumnKind(signal: signal, isText: column.isText, search: search)
        }
        let column = attributeColumns[number - BlockColumn.firstAttribute]
        var search: GroupEncoder.Search?
        switch (column.owner, column.kind) {
        case (.record, .string):
            names.withBytes(of: column.name) { search = .values(seed: StableHash.of(UnsafeRawBufferPointer($0))) }
        case (.event, .string), (.body, .string): search = .words
        case (.event, .array), (.body, .array): search = .wordsOfElements(.array)
        case (.event, .map), (.body, .map): search = .wordsOfElements(.map)
        default: break
        }
        return GroupEncoder.ColumnKind(signal: column.signal, isText: column.isText, search: search)
    }

    private func encoded(_ shared: [(column: Int, texts: TextList.Builder)]) -> [UInt8] {
        var set = ColumnSet.Builder()
        for (column, texts) in shared { set.append(column, texts.encoded) }
        return set.encoded(zstandard)
    }

    private func correlationIndex() -> CorrelationIndex.Builder {
        var index = CorrelationIndex.Builder()
        for entry in correlations.elements {
            let run = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF)
            guard !runs[run].traceID.isZero else { continue }
            texts.withBytes(of: UInt32(truncatingIfNeeded: entry >> 32)) { text in
                if (1...Limits.correlationValueBytesMax).contains(text.count) { index.append(text, run: run) }
            }
        }
        for (traceID, run) in links {
            var hex = traceID.hex
            hex.withUTF8 { index.append($0, run: run) }
        }
        return index
    }

    private func traceIDs() -> ColumnSet.Builder {
        var ids = ProtobufWriter(reservingCapacity: 16 * runs.count)
        for run in runs {
            ids.fixed64(run.traceID.high)
            ids.fixed64(run.traceID.low)
        }
        var set = ColumnSet.Builder()
        set.append(0, ids.bytes)
        return set
    }

    private func head(_ shared: [(column: Int, texts: TextList.Builder)]) -> ColumnSet.Builder {
        var head = ColumnSet.Builder()
        head.append(.names, names.list().encoded)
        head.append(.shapes, shapes.list().encoded)
        head.append(.origins, origins.encoded)
        var table = ProtobufWriter()
        for column in attributeColumns {
            table.varint(UInt64(column.signal.rawValue))
            table.varint(UInt64(column.owner.rawValue))
            table.varint(UInt64(column.name))
            table.varint(UInt64(column.kind.rawValue))
        }
        head.append(.attributeColumns, table.bytes)
        head.append(.sharedTextColumns, shared.flatMap { [UInt64($0.column), UInt64($0.texts.count)] })
        var previous: UInt64 = 0
        var starts: [UInt64] = []
        for run in runs {
            starts.append(Zigzag.encode(Int64(bitPattern: run.start &- previous)))
            previous = run.start
        }
        head.append(.runStart, starts)
        head.append(.runSpans, runs.map { UInt64($0.counts.spans) })
        head.append(.runLogs, runs.map { UInt64($0.counts.logs) })
        head.append(.runPoints, runs.map { UInt64($0.counts.points) })
        head.append(.groupRuns, groups.map { UInt64($0.runCount) })
        head.append(.groupFirstTime, groups.map(\.summary.times.first))
        head.append(.groupLastTime, groups.map(\.summary.times.last))
        head.append(.groupShortest, groups.map(\.summary.shortest))
        head.append(.groupLongest, groups.map(\.summary.longest))
        head.append(.groupErrors, groups.map { UInt64($0.summary.errorCount) })
        head.append(.groupSeverity, groups.map { Zigzag.encode(Int64($0.summary.severity)) })
        return head
    }
}

/// What a query must know of a group to pass it by.
struct GroupSummary: Hashable {
    var times = TimeRange()
    /// Of its spans, in nanoseconds; the shortest is above the longest when it has none.
    var shortest = UInt64.max
    var longest: UInt64 = 0
    /// Spans whose status is error.
    var errorCount = 0
    /// The highest of its log records; 0 when it has none.
    var severity: Int32 = 0

    mutating func include(spanFrom start: UInt64, to end: UInt64, isError: Bool) {
        times.include(start)
        let duration = end >= start ? end - start : 0
        shortest = min(shortest, duration)
        longest = max(longest, duration)
        if isError { errorCount += 1 }
    }

    mutating func include(recordAt time: UInt64, severity: Int32) {
        times.include(time)
        self.severity = max(self.severity, severity)
    }
}

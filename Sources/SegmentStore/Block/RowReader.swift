import OTLP
import TelemetryStore

/// Reads the rows of one signal in one group, each column from its own place.
struct RowReader {
    let block: BlockReader
    let signal: Signal
    let group: Int
    private var columns: ColumnSet
    /// By the number of the column; loaded when its first value is asked for.
    private var values: [[UInt64]]
    private var isLoaded: [Bool]
    private var positions: [Int]

    init(_ block: BlockReader, _ columns: ColumnSet, _ signal: Signal, group: Int) {
        self.block = block
        self.columns = columns
        self.signal = signal
        self.group = group
        let count = BlockColumn.firstAttribute + block.attributeColumns.count
        values = Array(repeating: [], count: count)
        isLoaded = Array(repeating: false, count: count)
        positions = Array(repeating: 0, count: count)
    }

    static func damaged(_ column: BlockColumn) -> StoreError {
        StoreError(.corrupt, "cannot read a block: column \(column) is damaged")
    }

    // MARK: Row after row

    mutating func skip(_ column: BlockColumn, _ count: Int = 1) { positions[column.rawValue] &+= count }

    mutating func next(_ column: BlockColumn) throws(StoreError) -> UInt64 { try next(column.rawValue) }

    mutating func nextSigned(_ column: BlockColumn) throws(StoreError) -> Int64 { Zigzag.decode(try next(column)) }

    mutating func nextTime(_ column: BlockColumn, since base: UInt64) throws(StoreError) -> UInt64 {
        base &+ UInt64(bitPattern: try nextSigned(column))
    }

    /// The next `count` values, without moving past them.
    mutating func peek(_ column: BlockColumn, _ count: Int) throws(StoreError) -> ArraySlice<UInt64> {
        let values = try self.values(column)
        let first = positions[column.rawValue]
        guard first >= 0, count >= 0, count <= values.count - first else { throw RowReader.damaged(column) }
        return values[first..<first + count]
    }

    /// The next `count` values.
    mutating func take(_ column: BlockColumn, _ count: Int) throws(StoreError) -> ArraySlice<UInt64> {
        let values = try peek(column, count)
        skip(column, count)
        return values
    }

    /// The sum of the next `count` values: how many rows of others belong to so many.
    mutating func takeSum(_ column: BlockColumn, _ count: Int) throws(StoreError) -> Int {
        var sum: UInt64 = 0
        for value in try take(column, count) {
            guard value <= UInt64(Limits.columnValuesMax) else { throw RowReader.damaged(column) }
            sum &+= value
        }
        guard sum <= UInt64(Limits.columnValuesMax) else { throw RowReader.damaged(column) }
        return Int(sum)
    }

    /// The next text as a field; an empty one is left out.
    mutating func text(
        _ column: BlockColumn, as field: UInt32, into writer: inout ProtobufWriter
    ) throws(StoreError) {
        try block.withText(try next(column), group: group) { if !$0.isEmpty { writer.alwaysBytes(field, $0) } }
    }

    mutating func bytes(_ column: BlockColumn) throws(StoreError) -> [UInt8] {
        try block.withText(try next(column), group: group) { Array($0) }
    }

    /// The attributes of the next row, as repeated `KeyValue` fields.
    mutating func attributes(
        _ column: BlockColumn, as field: UInt32, into writer: inout ProtobufWriter
    ) throws(StoreError) {
        for number in try nextShape(column) {
            let kind = block.attributeColumns[number].kind
            if kind == .string {
                try stringAttribute(number, as: field, into: &writer)
                continue
            }
            writer.tag(field, .lengthDelimited)
            let length = writer.beginLength()
            writer.bytes += block.keyFields[number]
            try value(number, kind, as: 2, into: &writer)
            writer.endLength(length)
        }
    }

    /// A `KeyValue` with text, the usual case: all its lengths are known before it is written.
    private mutating func stringAttribute(
        _ number: Int, as field: UInt32, into writer: inout ProtobufWriter
    ) throws(StoreError) {
        let text = try next(BlockColumn.firstAttribute + number)
        let key = block.keyFields[number]
        try block.withText(text, group: group) { text in
            let valueBytes = 1 + ProtobufWriter.varintLength(UInt64(text.count)) + text.count
            let pairBytes = key.count + 1 + ProtobufWriter.varintLength(UInt64(valueBytes)) + valueBytes
            writer.tag(field, .lengthDelimited)
            writer.varint(UInt64(pairBytes))
            writer.bytes += key
            writer.tag(2, .lengthDelimited)
            writer.varint(UInt64(valueBytes))
            writer.alwaysBytes(1, text)
        }
    }

    /// The one value of the next row's shape, as an `AnyValue` field.
    mutating func value(
        _ column: BlockColumn, as field: UInt32, into writer: inout ProtobufWriter
    ) throws(StoreError) {
        for number in try nextShape(column) {
            try value(number, block.attributeColumns[number].kind, as: field, into: &writer)
        }
    }

    /// Moves past the attributes of `count` rows.
    mutating func skipAttributes(_ column: BlockColumn, _ count: Int) throws(StoreError) {
        var rowCounts = [Int](repeating: 0, count: block.shapes.count)
        for code in try take(column, count) {
            guard code < UInt64(rowCounts.count) else { throw RowReader.damaged(column) }
            rowCounts[Int(truncatingIfNeeded: code)] += 1
        }
        for (shape, rowCount) in rowCounts.enumerated() where rowCount > 0 {
            for number in block.shapes[shape] where block.attributeColumns[number].hasValue {
                positions[BlockColumn.firstAttribute + number] &+= rowCount
            }
        }
    }

    private mutating func value(
        _ number: Int, _ kind: AttributeView.Kind, as field: UInt32, into writer: inout ProtobufWriter
    ) throws(StoreError) {
        guard kind != .absent else { return }
        writer.tag(field, .lengthDelimited)
        let length = writer.beginLength()
        let column = BlockColumn.firstAttribute + number
        switch kind {
        case .absent, .empty: break
        case .string: try text(try next(column), as: 1, into: &writer)
        case .bool: writer.alwaysBool(2, try next(column) != 0)
        case .int: writer.alwaysUInt64(3, UInt64(bitPattern: Zigzag.decode(try next(column))))
        case .double: writer.alwaysFixed64(4, try next(column))
        case .array: try text(try next(column), as: 5, into: &writer)
        case .map: try text(try next(column), as: 6, into: &writer)
        case .bytes: try text(try next(column), as: 7, into: &writer)
        }
        writer.endLength(length)
    }

    private func text(_ number: UInt64, as field: UInt32, into writer: inout ProtobufWriter) throws(StoreError) {
        try block.withText(number, group: group) { writer.alwaysBytes(field, $0) }
    }

    private mutating func nextShape(_ column: BlockColumn) throws(StoreError) -> [Int] {
        let code = try next(column)
        guard code < UInt64(block.shapes.count) else { throw RowReader.damaged(column) }
        return block.shapes[Int(truncatingIfNeeded: code)]
    }

    @inline(__always)
    private mutating func next(_ number: Int) throws(StoreError) -> UInt64 {
        if !isLoaded[number] { try load(number) }
        let position = positions[number]
        guard values[number].indices.contains(position) else {
            throw StoreError(.corrupt, "cannot read a block: column \(number) is too short")
        }
        positions[number] = position &+ 1
        return values[number][position]
    }

    // MARK: Whole columns

    /// The columns that the group has.
    var columnNumbers: [Int] { columns.numbers.filter { values.indices.contains($0) } }

    /// All values of a column: integers, or the numbers of texts. None when the group has no such column.
    mutating func values(_ column: BlockColumn) throws(StoreError) -> [UInt64] { try values(column.rawValue) }

    mutating func values(_ number: Int) throws(StoreError) -> [UInt64] {
        if !isLoaded[number] { try load(number) }
        return values[number]
    }

    private mutating func load(_ number: Int) throws(StoreError) {
        let isText =
            number >= BlockColumn.firstAttribute
            ? block.attributeColumns[number - BlockColumn.firstAttribute].isText
            : BlockColumn(rawValue: number)?.isText ?? false
        values[number] = isText ? try texts(number) : try columns.integers(number)
        isLoaded[number] = true
    }

    /// Source: `GroupEncoder.encode(texts:)`.
    private mutating func texts(_ number: Int) throws(StoreError) -> [UInt64] {
        guard columns.contains(number) else { return [] }
        let firstOwn = UInt64(try block.firstOwnText(group: group, column: number))
        return try columns.read(number) { (cursor, bytes) throws(WireError) in
            let count = try cursor.varint(in: bytes)
            guard count <= UInt64(Limits.columnValuesMax), !cursor.isAtEnd else {
                throw WireError(.lengthBeyondMessage, at: cursor.position)
            }
            let mode = bytes[cursor.position]
            cursor.position += 1
            guard mode != 0 else { return try PackedIntegers.decode(Int(count), from: &cursor, in: bytes) }
            let listCount = try cursor.varint(in: bytes)
            guard listCount <= count else { throw WireError(.lengthBeyondMessage, at: cursor.position) }
            var list = try PackedIntegers.decode(Int(listCount), from: &cursor, in: bytes)
            var own = firstOwn
            for place in list.indices {
                if list[place] == 0 {
                    list[place] = own
                    own += 1
                } else {
                    list[place] -= 1
                }
            }
            var rows = try PackedIntegers.decode(Int(count), from: &cursor, in: bytes)
            var next = 0
            var last: UInt64 = 0
            for row in rows.indices {
                switch rows[row] {
                case 0:
                    guard next < list.count else { throw WireError(.lengthBeyondMessage, at: row) }
                    last = list[next]
                    next += 1
                case 1: break
                case let code:
                    guard code - 2 < UInt64(list.count) else { throw WireError(.lengthBeyondMessage, at: row) }
                    last = list[Int(code - 2)]
                }
                rows[row] = last
            }
            return rows
        }
    }
}

extension ProtobufWriter {
    /// The bytes that a varint takes.
    static func varintLength(_ value: UInt64) -> Int { max(1, (70 - value.leadingZeroBitCount) / 7) }
}

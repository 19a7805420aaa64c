import OTLP
import TelemetryStore

/// By row of a group, the first attribute with one key: in which column its value stands, and where.
struct AttributeRows {
    /// By row: the place of the column in `block.attributeColumns`, or -1.
    private var columns: [Int32]
    /// By row: what stands in the column.
    private var values: [UInt64]

    /// - Parameter isColumn: whether a column is one of those that are looked for.
    init(
        _ rows: inout RowReader, shapes column: BlockColumn, count: Int, where isColumn: (AttributeColumn) -> Bool
    ) throws(StoreError) {
        columns = Array(repeating: -1, count: count)
        values = Array(repeating: 0, count: count)
        let block = rows.block
        let wanted = block.attributeColumns.indices.filter { isColumn(block.attributeColumns[$0]) }
        guard !wanted.isEmpty else { return }
        let shapes = try rows.values(column)
        guard shapes.count == count else { throw RowReader.damaged(column) }
        // By shape: the first attribute of the key, and how many values each of its columns has.
        let firsts = block.shapes.map { shape in Int32(shape.first { wanted.contains($0) } ?? -1) }
        let occurrences = wanted.map { number in block.shapes.map { shape in shape.count { $0 == number } } }
        for (place, number) in wanted.enumerated() {
            let stored =
                block.attributeColumns[number].hasValue ? try rows.values(BlockColumn.firstAttribute + number) : []
            let hasValue = block.attributeColumns[number].hasValue
            var next = 0
            for row in 0..<count {
                guard shapes[row] < UInt64(firsts.count) else { throw RowReader.damaged(column) }
                let shape = Int(shapes[row])
                if firsts[shape] == Int32(number) {
                    columns[row] = Int32(number)
                    if hasValue {
                        guard next < stored.count else { throw RowReader.damaged(column) }
                        values[row] = stored[next]
                    }
                }
                next += occurrences[place][shape]
            }
        }
    }

    /// Gives the value of a row; `false` when the row has no such attribute.
    func value(_ row: Int, _ block: BlockReader, group: Int, _ result: SQLResult) throws(StoreError) -> Bool {
        guard columns[row] >= 0 else { return false }
        let value = values[row]
        let kind = block.attributeColumns[Int(columns[row])].kind
        switch kind {
        case .absent, .empty: result.null()
        case .bool: result.integer(value != 0 ? 1 : 0)
        case .int: result.integer(Zigzag.decode(value))
        case .double: result.real(Double(bitPattern: value))
        case .string: try block.withText(value, group: group) { result.text($0) }
        case .bytes: try block.withText(value, group: group) { result.blob($0) }
        case .array, .map:
            let message = try block.withText(value, group: group) { Array($0) }
            result.attribute(AttributeValue(message, kind))
        }
        return true
    }
}

extension AttributeValue {
    /// Reads an `ArrayValue` or `KeyValueList` message; `nil` when it is none.
    init?(_ message: [UInt8], _ kind: AttributeView.Kind) {
        var writer = ProtobufWriter()
        writer.message(1) { pair in
            pair.message(2) { value in value.alwaysBytes(kind == .array ? 5 : 6, message) }
        }
        let range = WireRange(start: 0, count: UInt32(writer.bytes.count))
        guard let value = try? Resource(range, in: writer.bytes.span).attributes.first?.value else { return nil }
        self = value
    }
}

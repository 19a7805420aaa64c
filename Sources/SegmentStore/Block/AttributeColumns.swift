import OTLP

/// The attributes of a block's rows, as one column for each key and kind.
///
/// A row's attributes are a *shape*, the list of columns that its values stand in, in the order in which they were sent;
/// rows of one shape share its code. So order and repeated keys are kept, and each column holds values of one kind only.
struct AttributeColumns {
    /// A shape is stored as the numbers of its columns.
    private var shapes = ByteDictionary()
    private var numbers: [Key: Int] = [:]
    private var keys: [Key] = []
    private var columns: [Column] = []
    private var scratch = ProtobufWriter()

    private struct Key: Hashable {
        var name: UInt32
        var kind: AttributeView.Kind
    }

    /// Appends the values of one row's attributes and returns the code of their shape.
    mutating func append(
        _ attributes: some Collection<AttributeView>, in body: ByteSpan, _ strings: inout ByteDictionary
    ) -> UInt32 {
        scratch.bytes.removeAll(keepingCapacity: true)
        for attribute in attributes {
            let number = number(Key(name: strings.code(of: attribute.key, in: body), kind: attribute.kind))
            scratch.varint(UInt64(number))
            switch attribute.kind {
            case .absent, .empty: break
            case .bool: columns[number].append(attribute.bits)
            case .int: columns[number].append(signed: Int64(bitPattern: attribute.bits))
            case .double: columns[number].append(fixed: attribute.bits)
            case .string, .bytes, .array, .map: columns[number].append(strings.code(of: attribute.range, in: body))
            }
        }
        let shape = scratch.bytes
        return shapes.code(of: shape.span)
    }

    private mutating func number(_ key: Key) -> Int {
        if let number = numbers[key] { return number }
        let number = columns.count
        numbers[key] = number
        keys.append(key)
        columns.append(Column())
        return number
    }

    /// All that was appended, by the numbers that the columns are stored under.
    func encoded() -> [(number: Int, bytes: [UInt8])] {
        var table = ProtobufWriter()
        for key in keys {
            table.varint(UInt64(key.name))
            table.varint(UInt64(key.kind.rawValue))
        }
        var encoded = [
            (number: BlockColumn.shapes.rawValue, bytes: shapes.column()),
            (number: BlockColumn.attributeColumns.rawValue, bytes: table.bytes),
        ]
        for (number, column) in columns.enumerated() {
            encoded.append((BlockColumn.firstAttributeColumn + number, column.bytes))
        }
        return encoded
    }
}

/// Reads what `AttributeColumns` wrote, in the same order.
struct AttributeColumnsReader {
    private var shapes: [[Int]] = []
    private var keys: [(name: String, kind: AttributeView.Kind)] = []
    private var columns: [ColumnReader] = []

    init(_ block: [Int: [UInt8]], _ strings: ByteDictionaryReader) throws(WireError) {
        let table = block[BlockColumn.attributeColumns.rawValue] ?? []
        var cursor = try WireCursor(table.span)
        while !cursor.isAtEnd {
            let name = try strings.string(try cursor.varint(in: table.span))
            guard let kind = AttributeView.Kind(rawValue: UInt8(truncatingIfNeeded: try cursor.varint(in: table.span)))
            else { throw WireError(.unknownWireType, at: cursor.position) }
            columns.append(ColumnReader(block[BlockColumn.firstAttributeColumn + keys.count] ?? []))
            keys.append((name, kind))
        }
        let entries = try ByteDictionaryReader(block[BlockColumn.shapes.rawValue] ?? [0])
        for code in 0..<UInt64(entries.count) {
            var shape: [Int] = []
            let range = try entries.range(code)
            var members = WireCursor(range)
            while !members.isAtEnd {
                let number = try members.varint(in: entries.bytes.span)
                guard number < UInt64(columns.count) else { throw WireError(.lengthBeyondMessage, at: 0) }
                shape.append(Int(number))
            }
            shapes.append(shape)
        }
    }

    /// The attributes of the next row, whose shape has this code. Skipping a row is reading it, too.
    mutating func next(_ shape: UInt64, _ strings: ByteDictionaryReader) throws(WireError) -> [Attribute] {
        guard shape < UInt64(shapes.count) else { throw WireError(.lengthBeyondMessage, at: 0) }
        var attributes: [Attribute] = []
        attributes.reserveCapacity(shapes[Int(shape)].count)
        for number in shapes[Int(shape)] {
            let value = try value(of: number, strings)
            attributes.append(Attribute(key: keys[number].name, value: value))
        }
        return attributes
    }

    /// Moves past the attributes of the next row.
    mutating func skip(_ shape: UInt64) throws(WireError) {
        guard shape < UInt64(shapes.count) else { throw WireError(.lengthBeyondMessage, at: 0) }
        for number in shapes[Int(shape)] {
            switch keys[number].kind {
            case .absent, .empty: break
            case .double: _ = try columns[number].nextFixed()
            case .bool, .int, .string, .bytes, .array, .map: _ = try columns[number].next()
            }
        }
    }

    private mutating func value(
        of number: Int, _ strings: ByteDictionaryReader
    ) throws(WireError) -> AttributeValue? {
        switch keys[number].kind {
        case .absent: return nil
        case .empty: return .empty
        case .bool: return .bool(try columns[number].next() != 0)
        case .int: return .int(try columns[number].nextSigned())
        case .double: return .double(Double(bitPattern: try columns[number].nextFixed()))
        case .string: return .string(try strings.string(try columns[number].next()))
        case .bytes: return .bytes(try strings.array(try columns[number].next()))
        case .array:
            let range = try strings.range(try columns[number].next())
            return .array(try AttributeValue.elements(of: range, in: strings.bytes.span))
        case .map:
            let range = try strings.range(try columns[number].next())
            return .map(try AttributeValue.entries(of: range, in: strings.bytes.span))
        }
    }
}

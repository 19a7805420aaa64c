extension [Attribute] {
    /// The attributes that `views` stand for.
    public init(_ views: ArraySlice<AttributeView>, in bytes: ByteSpan) throws(WireError) {
        self = []
        reserveCapacity(views.count)
        for view in views {
            append(try Attribute(view, in: bytes))
        }
    }
}

extension Attribute {
    init(_ view: AttributeView, in bytes: ByteSpan) throws(WireError) {
        self.init(key: bytes.string(view.key), value: try AttributeValue(view, in: bytes))
    }
}

extension AttributeValue {
    /// The value that `view` stands for; `nil` when it is absent.
    public init?(_ view: AttributeView, in bytes: ByteSpan) throws(WireError) {
        switch view.kind {
        case .absent: return nil
        case .empty: self = .empty
        case .string: self = .string(bytes.string(view.range))
        case .bool: self = .bool(view.bits != 0)
        case .int: self = .int(Int64(bitPattern: view.bits))
        case .double: self = .double(Double(bitPattern: view.bits))
        case .bytes: self = .bytes(bytes.array(view.range))
        case .array: self = try .array(AttributeValue.elements(of: view.range, in: bytes))
        case .map: self = try .map(AttributeValue.entries(of: view.range, in: bytes))
        }
    }

    /// The elements of an `ArrayValue` message.
    public static func elements(of message: WireRange, in bytes: ByteSpan) throws(WireError) -> [AttributeValue] {
        var elements: [AttributeValue] = []
        try forEachElement(of: message, in: bytes) { element throws(WireError) in
            var ignored: RecordRejection?
            var view = AttributeView(key: .empty)
            try AttributeReader.anyValue(element, in: bytes, into: &view, &ignored)
            elements.append(try AttributeValue(view, in: bytes) ?? .empty)
        }
        return elements
    }

    /// The entries of a `KeyValueList` message.
    public static func entries(of message: WireRange, in bytes: ByteSpan) throws(WireError) -> [Attribute] {
        var entries: [Attribute] = []
        try forEachElement(of: message, in: bytes) { element throws(WireError) in
            var ignored: RecordRejection?
            let view = try AttributeReader.keyValue(element, in: bytes, &ignored)
            entries.append(try Attribute(view, in: bytes))
        }
        return entries
    }

    private static func forEachElement(
        of message: WireRange, in bytes: ByteSpan, _ body: (WireRange) throws(WireError) -> Void
    ) throws(WireError) {
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            if field.number == 1 {
                try body(try cursor.lengthDelimited(field, in: bytes))
            } else {
                try cursor.skip(field, in: bytes)
            }
        }
    }

    /// Writes the fields of an AnyValue message: the one member that is set, also when it has its default value.
    public func encode(into writer: inout ProtobufWriter) {
        switch self {
        case .empty: break
        case .string(let value): writer.alwaysString(1, value)
        case .bool(let value): writer.alwaysBool(2, value)
        case .int(let value): writer.alwaysUInt64(3, UInt64(bitPattern: value))
        case .double(let value): writer.alwaysFixed64(4, value.bitPattern)
        case .array(let elements):
            writer.message(5) { writer in
                for element in elements { writer.message(1) { element.encode(into: &$0) } }
            }
        case .map(let entries): writer.message(6) { $0.attributes(1, entries) }
        case .bytes(let value): writer.alwaysBytes(7, value)
        }
    }
}

extension ProtobufWriter {
    /// One KeyValue message for each attribute.
    public mutating func attributes(_ number: UInt32, _ attributes: [Attribute]) {
        for attribute in attributes {
            message(number) { writer in
                writer.string(1, attribute.key)
                if let value = attribute.value { writer.message(2) { value.encode(into: &$0) } }
            }
        }
    }
}

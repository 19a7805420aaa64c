extension Attribute {
    /// Reads a KeyValue.
    ///
    /// - Parameter rejection: set when the value cannot be taken; the reading goes on, to find malformed text all the same.
    init(
        from json: inout JSONReader, depth: Int = 0, _ rejection: inout RecordRejection?
    ) throws(JSONError) {
        self.init(key: "", value: nil)
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "key": key = try json.string()
            case "value": value = try AttributeValue(from: &json, depth: depth, &rejection)
            default: try json.skip()
            }
        }
    }

    func encode(into writer: inout JSONWriter) {
        writer.string("key", key)
        if let value { writer.object("value", value.encode) }
    }
}

extension AttributeValue {
    /// Reads an AnyValue. Of several members of the `oneof` the last counts.
    init(
        from json: inout JSONReader, depth: Int = 0, _ rejection: inout RecordRejection?
    ) throws(JSONError) {
        self = .empty
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "stringValue": self = .string(try json.string())
            case "boolValue": self = .bool(try json.bool())
            case "intValue": self = .int(try json.integer())
            case "doubleValue": self = .double(try json.double())
            case "bytesValue": self = .bytes(try json.base64())
            case "arrayValue":
                var elements: [AttributeValue] = []
                try AttributeValue.readValues(from: &json, depth: depth, &rejection) {
                    json, depth, rejection throws(JSONError) in
                    elements.append(try AttributeValue(from: &json, depth: depth, &rejection))
                }
                self = .array(elements)
            case "kvlistValue":
                var entries: [Attribute] = []
                try AttributeValue.readValues(from: &json, depth: depth, &rejection) {
                    json, depth, rejection throws(JSONError) in
                    entries.append(try Attribute(from: &json, depth: depth, &rejection))
                }
                self = .map(entries)
            default: try json.skip()
            }
        }
    }

    /// Reads the elements of an ArrayValue or KeyValueList; reads over those that are nested too deep.
    private static func readValues(
        from json: inout JSONReader, depth: Int, _ rejection: inout RecordRejection?,
        _ body: (inout JSONReader, _ depth: Int, inout RecordRejection?) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard depth + 1 < Limits.attributeNestingDepthMax else {
            rejection = .nestedTooDeep
            return try json.skip()
        }
        try json.beginObject()
        while let field = try json.nextField() {
            guard field == "values" else {
                try json.skip()
                continue
            }
            try json.beginArray()
            while try json.nextElement() { try body(&json, depth + 1, &rejection) }
        }
    }

    /// Writes the one member that is set, also when it has its default value.
    func encode(into writer: inout JSONWriter) {
        switch self {
        case .empty: break
        case .string(let value): writer.member("stringValue", value)
        case .bool(let value): writer.member("boolValue", value)
        case .int(let value): writer.alwaysInt64("intValue", value)
        case .double(let value): writer.member("doubleValue", value)
        case .bytes(let value):
            writer.key("bytesValue")
            writer.value(base64: value)
        case .array(let elements):
            writer.object("arrayValue") { $0.messages("values", elements) { $0.encode(into: &$1) } }
        case .map(let entries):
            writer.object("kvlistValue") { $0.attributes("values", entries) }
        }
    }
}

extension JSONReader {
    mutating func attributes(_ rejection: inout RecordRejection?) throws(JSONError) -> [Attribute] {
        var attributes: [Attribute] = []
        try beginArray()
        while try nextElement() { attributes.append(try Attribute(from: &self, &rejection)) }
        return attributes
    }
}

extension JSONWriter {
    mutating func attributes(_ name: String, _ attributes: [Attribute]) {
        messages(name, attributes) { $0.encode(into: &$1) }
    }
}

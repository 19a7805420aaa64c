import OTLP

extension [Attribute] {
    /// Attributes as the SQL tables write them: a plain JSON object. What is none is no attributes.
    init(plainJSON text: String) {
        self = []
        guard !text.isEmpty else { return }
        var reader = JSONReader(Array<UInt8>(text.utf8))
        if let attributes = try? reader.plainObject(depth: 0) { self = attributes }
    }
}

extension JSONReader {
    fileprivate mutating func plainObject(depth: Int) throws(JSONError) -> [Attribute] {
        var attributes: [Attribute] = []
        try beginObject()
        while let key = try nextKey() {
            attributes.append(Attribute(key, try plainValue(depth: depth + 1)))
        }
        return attributes
    }

    private mutating func plainValue(depth: Int) throws(JSONError) -> AttributeValue {
        guard depth < Limits.depthMax else {
            try skip()
            return .empty
        }
        switch try nextKind() {
        case .object: return .map(try plainObject(depth: depth))
        case .array:
            var elements: [AttributeValue] = []
            try beginArray()
            while try nextElement() { elements.append(try plainValue(depth: depth + 1)) }
            return .array(elements)
        case .string: return .string(try string())
        case .number:
            let number = try number()
            return number.integer(Int64.self).map { .int($0) } ?? .double(number.double ?? .infinity)
        case .bool: return .bool(try bool())
        case .null:
            try null()
            return .empty
        }
    }
}

import OTLP

// What the events of all platforms are read with.

extension JSONReader {
    /// Reads an object; `body` reads or skips exactly one value for each key.
    mutating func members(
        _ body: (_ key: String, _ reader: inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        try beginObject()
        while let key = try nextKey() { try body(key, &self) }
    }

    /// A string, or a number as its text; `nil` for everything else, which is passed over.
    mutating func textOrSkip() throws(JSONError) -> String? {
        switch try nextKind() {
        case .string: return try string()
        case .number: return String(decoding: try rawValue(), as: UTF8.self)
        default:
            try skip()
            return nil
        }
    }

    /// The texts of an object of texts; of an array of texts, joined with commas as HTTP joins the values of a field.
    mutating func texts() throws(JSONError) -> [(name: String, value: String)] {
        guard try nextKind() == .object else {
            try skip()
            return []
        }
        var texts: [(name: String, value: String)] = []
        try members { key, reader throws(JSONError) in
            if try reader.nextKind() == .array {
                var values: [String] = []
                try reader.beginArray()
                while try reader.nextElement() {
                    if let value = try reader.textOrSkip() { values.append(value) }
                }
                if !values.isEmpty { texts.append((key, values.joined(separator: ","))) }
            } else if let text = try reader.textOrSkip() {
                texts.append((key, text))
            }
        }
        return texts
    }
}

/// Reads a JSON text from front to back, value by value, as the caller asks for them.
///
/// Shape:  `beginObject()` and then `nextKey()` until it is `nil`, `beginArray()` and then `nextElement()` until it is
///         `false`; for each member and element exactly one value is read or skipped. At the end, `end()`.
/// Bounds: any depth: nothing here recurses, an open container takes a few bytes.
/// Errors: `JSONError` for everything that RFC 8259 does not allow, and for a value of another type than was asked for.
/// Cost:   one pass; strings that are asked for are the only things allocated.
/// Source: RFC 8259.
public struct JSONReader: Sendable {
    let bytes: [UInt8]
    var position = 0
    private var containers: [Container] = []

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// An object or array whose end has not been read yet.
    private struct Container {
        var isObject: Bool
        /// How many members or elements have been begun.
        var count = 0
        /// Where the last key stands, without its quotes.
        var key = 0..<0
    }

    // MARK: Containers

    /// What kind of value comes next.
    public mutating func nextKind() throws(JSONError) -> JSONKind {
        let byte = try peek()
        switch byte {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        default: throw unexpected(byte, "a value")
        }
    }

    public mutating func beginObject() throws(JSONError) {
        try expect(.object)
        position += 1
        containers.append(Container(isObject: true))
    }

    public mutating func beginArray() throws(JSONError) {
        try expect(.array)
        position += 1
        containers.append(Container(isObject: false))
    }

    /// The key of the next member, whose value comes next; `nil` at the end of the object.
    public mutating func nextKey() throws(JSONError) -> String? {
        guard let key = try nextMember() else { return nil }
        return try text(of: key)
    }

    /// Whether there is another element, which comes next; `false` at the end of the array.
    public mutating func nextElement() throws(JSONError) -> Bool {
        guard try !isAtEnd(UInt8(ascii: "]"), "a comma or the end of the array") else { return false }
        containers[containers.count - 1].count += 1
        return true
    }

    /// Reads over one value of any kind. It is checked like any other.
    public mutating func skip() throws(JSONError) {
        let depth = containers.count
        repeat {
            if containers.count > depth {
                let isObject = containers[containers.count - 1].isObject
                guard try isObject ? skipKey() : nextElement() else { continue }
            }
            switch try nextKind() {
            case .object: try beginObject()
            case .array: try beginArray()
            case .string: _ = try scanString()
            case .number: _ = try number()
            case .bool: _ = try bool()
            case .null: try null()
            }
        } while containers.count > depth
    }

    /// The bytes of one value of any kind, as they stand in the text.
    public mutating func rawValue() throws(JSONError) -> [UInt8] {
        _ = try peek()
        let start = position
        try skip()
        return Array(bytes[start..<position])
    }

    /// Says that nothing but white space may follow.
    public mutating func end() throws(JSONError) {
        skipWhiteSpace()
        guard position == bytes.count else {
            throw error(.trailingBytes, "got more bytes; must be the end of the text")
        }
    }

    private mutating func skipKey() throws(JSONError) -> Bool {
        try nextMember() != nil
    }

    private mutating func nextMember() throws(JSONError) -> ScannedString? {
        guard try !isAtEnd(UInt8(ascii: "}"), "a comma or the end of the object") else { return nil }
        let byte = try peek()
        guard byte == UInt8(ascii: "\"") else { throw unexpected(byte, "a key") }
        let key = try scanString()
        let colon = try peek()
        guard colon == UInt8(ascii: ":") else { throw unexpected(colon, "a colon") }
        position += 1
        containers[containers.count - 1].count += 1
        containers[containers.count - 1].key = key.range
        return key
    }

    /// Reads the bracket that closes the innermost container, or the comma in front of anything but its first value.
    private mutating func isAtEnd(_ closing: UInt8, _ expectation: String) throws(JSONError) -> Bool {
        let byte = try peek()
        if byte == closing {
            position += 1
            containers.removeLast()
            return true
        }
        if containers[containers.count - 1].count > 0 {
            guard byte == UInt8(ascii: ",") else { throw unexpected(byte, expectation) }
            position += 1
        }
        return false
    }

    // MARK: Bytes

    /// The next byte that is not white space.
    mutating func peek() throws(JSONError) -> UInt8 {
        skipWhiteSpace()
        guard position < bytes.count else { throw error(.truncated, "the text ends inside a value") }
        return bytes[position]
    }

    private mutating func skipWhiteSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): position += 1
            default: return
            }
        }
    }

    mutating func expect(_ kind: JSONKind) throws(JSONError) {
        let next = try nextKind()
        guard next == kind else { throw wrongType(next, kind.rawValue) }
    }

    // MARK: Errors

    func error(_ code: JSONError.Code, at offset: Int? = nil, _ message: String) -> JSONError {
        JSONError(code, at: offset ?? position, path: path, message)
    }

    func wrongType(_ kind: JSONKind, _ expectation: String) -> JSONError {
        error(.wrongType, "got \(kind.rawValue); must be \(expectation)")
    }

    private func unexpected(_ byte: UInt8, _ expectation: String) -> JSONError {
        let isPrintable = byte > 0x20 && byte < 0x7F
        let got = isPrintable ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
        return error(.unexpectedByte, "got \(got); must be \(expectation)")
    }

    /// The outermost steps to the value that is being read. Keys that are no plain names are hidden: they are the
    /// sender's, and errors get printed.
    private var path: String {
        var path = ""
        for container in containers.prefix(16) where container.count > 0 {
            if !container.isObject {
                path += "[\(container.count - 1)]"
                continue
            }
            let key = bytes[container.key]
            let isName =
                key.count <= 64
                && key.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                        true
                    default: false
                    }
                }
            path += (path.isEmpty ? "" : ".") + (isName ? String(decoding: key, as: UTF8.self) : "?")
        }
        return containers.count > 16 ? path + "…" : path
    }
}

/// The kinds of JSON values, as messages name them.
public enum JSONKind: String, Sendable {
    case object = "an object"
    case array = "an array"
    case string = "a string"
    case number = "a number"
    case bool = "true or false"
    case null = "null"
}

extension JSONReader {
    public mutating func null() throws(JSONError) {
        try expect(.null)
        try word("null")
    }

    public mutating func bool() throws(JSONError) -> Bool {
        try expect(.bool)
        let value = bytes[position] == UInt8(ascii: "t")
        try word(value ? "true" : "false")
        return value
    }

    public mutating func number() throws(JSONError) -> JSONNumber {
        try expect(.number)
        guard let end = JSONNumber.end(in: bytes, from: position) else {
            throw error(.unexpectedByte, "got an incomplete number; must have digits")
        }
        defer { position = end }
        return JSONNumber(text: bytes[position..<end])
    }

    public mutating func string() throws(JSONError) -> String {
        try expect(.string)
        return try text(of: try scanString())
    }

    private mutating func word(_ word: StaticString) throws(JSONError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard position + index < bytes.count else { throw error(.truncated, "the text ends inside a value") }
            guard bytes[position + index] == word.utf8Start[index] else {
                throw error(.unexpectedByte, "got another word; must be \(word)")
            }
        }
        position += word.utf8CodeUnitCount
    }
}

extension JSONReader {
    /// A string that has been read over.
    struct ScannedString {
        /// Its bytes, without the quotes.
        var range: Range<Int>
        var hasEscapes: Bool
    }

    /// Reads over the string that begins at the next byte, and checks it.
    mutating func scanString() throws(JSONError) -> ScannedString {
        let start = position + 1
        var end = start
        var hasEscapes = false
        var isASCII = true
        while true {
            guard end < bytes.count else { throw error(.truncated, "the text ends inside a string") }
            let byte = bytes[end]
            if byte == UInt8(ascii: "\"") { break }
            guard byte >= 0x20 else {
                throw error(.invalidString, at: end, "got a bare control character; must be escaped")
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                end += 1
            }
            isASCII = isASCII && byte < 0x80
            end += 1
        }
        let string = ScannedString(range: start..<end, hasEscapes: hasEscapes)
        if hasEscapes || !isASCII { _ = try text(of: string) }
        position = end + 1
        return string
    }

    /// The text of a string that has been read over.
    func text(of string: ScannedString) throws(JSONError) -> String {
        let unescaped = string.hasEscapes ? try unescape(string.range)[...] : bytes[string.range]
        guard let text = String(validating: unescaped, as: UTF8.self) else {
            throw error(.invalidString, at: string.range.lowerBound, "got bytes that are not UTF-8")
        }
        return text
    }

    private func unescape(_ range: Range<Int>) throws(JSONError) -> [UInt8] {
        var unescaped: [UInt8] = []
        unescaped.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            guard bytes[index] == UInt8(ascii: "\\") else {
                unescaped.append(bytes[index])
                index += 1
                continue
            }
            // A string never ends behind a backslash: the scan took the byte after it along.
            switch bytes[index + 1] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(bytes[index + 1])
            case UInt8(ascii: "b"): unescaped.append(0x08)
            case UInt8(ascii: "f"): unescaped.append(0x0C)
            case UInt8(ascii: "n"): unescaped.append(0x0A)
            case UInt8(ascii: "r"): unescaped.append(0x0D)
            case UInt8(ascii: "t"): unescaped.append(0x09)
            case UInt8(ascii: "u"):
                let (scalar, end) = try unicodeEscape(at: index, before: range.upperBound)
                unescaped.append(contentsOf: UTF8.encode(scalar)!)
                index = end
                continue
            default: throw error(.invalidString, at: index, "got an escape that JSON does not know")
            }
            index += 2
        }
        return unescaped
    }

    /// The scalar of `\uXXXX`, or of the two that make a surrogate pair, and where it ends.
    private func unicodeEscape(at start: Int, before end: Int) throws(JSONError) -> (Unicode.Scalar, end: Int) {
        let high = try codeUnit(at: start, before: end)
        if let scalar = Unicode.Scalar(high) { return (scalar, start + 6) }
        guard UTF16.isLeadSurrogate(high) else {
            throw error(.invalidString, at: start, "got a low surrogate without a high one")
        }
        let low = try codeUnit(at: start + 6, before: end)
        guard UTF16.isTrailSurrogate(low) else {
            throw error(.invalidString, at: start, "got a high surrogate without a low one")
        }
        let value = 0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
        return (Unicode.Scalar(value)!, start + 12)
    }

    private func codeUnit(at start: Int, before end: Int) throws(JSONError) -> UInt16 {
        guard end - start >= 6, bytes[start] == UInt8(ascii: "\\"), bytes[start + 1] == UInt8(ascii: "u"),
            let value = Hexadecimal.integer(bytes[start + 2..<start + 6])
        else { throw error(.invalidString, at: start, "got something else; must be \\u and four hexadecimal digits") }
        return UInt16(value)
    }
}

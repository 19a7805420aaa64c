// JSON text. Commas are the caller's; strings are always well-formed whatever they hold.

extension ByteBuffer {
    /// The text between quotes.
    @inline(__always)
    mutating func jsonString(_ text: UnsafeRawBufferPointer) {
        if needsEscape(text) { return jsonEscapedString(text) }
        write(upTo: text.count &+ 2) { cursor in
            cursor.put(UInt8(ascii: "\""))
            cursor.put(text)
            cursor.put(UInt8(ascii: "\""))
        }
    }

    /// The text between quotes, and a colon.
    @inline(__always)
    mutating func jsonKey(_ text: UnsafeRawBufferPointer) {
        if needsEscape(text) {
            jsonEscapedString(text)
            append(UInt8(ascii: ":"))
            return
        }
        write(upTo: text.count &+ 3) { cursor in
            cursor.put(UInt8(ascii: "\""))
            cursor.put(text)
            cursor.put(UInt8(ascii: "\""))
            cursor.put(UInt8(ascii: ":"))
        }
    }

    mutating func jsonString(_ text: String) {
        text.withBytes { jsonString($0) }
    }

    /// The text without quotes.
    @inline(__always)
    mutating func jsonText(_ text: UnsafeRawBufferPointer) {
        if needsEscape(text) { return jsonEscaped(text) }
        write(upTo: text.count) { $0.put(text) }
    }

    /// Eight bytes at a time.
    ///
    /// Source: RFC 8259, 7; the test of eight bytes at once: Hacker's Delight, 6-1.
    @inline(__always)
    private func needsEscape(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let source = text.baseAddress else { return false }
        let count = text.count
        if count >= 8 {
            var place = 0
            while place &+ 8 <= count {
                if Self.needsEscape(source.loadUnaligned(fromByteOffset: place, as: UInt64.self)) { return true }
                place &+= 8
            }
            // The last eight once more, rather than the rest one by one.
            return Self.needsEscape(source.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self))
        }
        if count >= 4 {
            let first = UInt64(source.loadUnaligned(as: UInt32.self))
            let last = UInt64(source.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
            return Self.needsEscape(first | last &<< 32)
        }
        for byte in text where Self.needsEscape(byte) { return true }
        return false
    }

    /// A byte above 0x7F never asks for an escape, nor lets its neighbour do so: at worst the slow way is taken.
    @inline(__always)
    private static func needsEscape(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* 0x22)
        let slashes = word ^ (ones &* 0x5C)
        let controls = (word &- (ones &* 0x20)) & ~word
        return (controls | ((quotes &- ones) & ~quotes) | ((slashes &- ones) & ~slashes)) & (ones &* 0x80) != 0
    }

    @inline(__always)
    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    @inline(never)
    private mutating func jsonEscapedString(_ text: UnsafeRawBufferPointer) {
        append(UInt8(ascii: "\""))
        jsonEscaped(text)
        append(UInt8(ascii: "\""))
    }

    @inline(never)
    private mutating func jsonEscaped(_ text: UnsafeRawBufferPointer) {
        for byte in text {
            if Self.needsEscape(byte) { jsonEscape(byte) } else { append(byte) }
        }
    }

    @inline(never)
    private mutating func jsonEscape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0C: append("\\f")
        case 0x0D: append("\\r")
        default:
            append("\\u00")
            append(Self.hexDigits.utf8Start[Int(byte >> 4)])
            append(Self.hexDigits.utf8Start[Int(byte & 15)])
        }
    }

    private static let hexDigits: StaticString = "0123456789abcdef"

    mutating func json(_ flag: Bool) {
        append(flag ? "true" : "false" as StaticString)
    }

    /// Decimal digits.
    @inline(__always)
    mutating func json(_ number: Int64) {
        let magnitude = number.magnitude
        write(upTo: 20) { cursor in
            if number < 0 { cursor.put(UInt8(ascii: "-")) }
            if magnitude < 10 {
                cursor.put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: magnitude))
            } else {
                cursor.decimal(magnitude)
            }
        }
    }

    /// The shortest text that reads back as the same double; what JSON has no number for as a string.
    mutating func json(_ number: Double) {
        if number.isFinite {
            append(text: number.description)
        } else if number.isNaN {
            append("\"NaN\"")
        } else {
            append(number > 0 ? "\"Infinity\"" : "\"-Infinity\"" as StaticString)
        }
    }
}

extension Cursor {
    @inline(never)
    fileprivate mutating func decimal(_ number: UInt64) {
        var divisor: UInt64 = 1
        while number / divisor >= 10 { divisor &*= 10 }
        var rest = number
        while divisor > 0 {
            put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest / divisor))
            rest %= divisor
            divisor /= 10
        }
    }
}

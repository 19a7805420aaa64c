// JSON text where room for the largest that it can become has been made.

extension Cursor {
    /// What one byte becomes at most: `\u001F`.
    static let jsonBytesMax = 6
    /// Text up to this length is given its room at once; longer text is written in pieces.
    static let shortTextMax = 256
    static let numberBytesMax = 20

    /// The text between quotes.
    @inline(__always)
    mutating func jsonString(_ text: UnsafeRawBufferPointer) {
        put(UInt8(ascii: "\""))
        jsonText(text)
        put(UInt8(ascii: "\""))
    }

    /// Copies text eight bytes at a time for as long as none of them asks for an escape.
    @inline(__always)
    mutating func jsonText(_ text: UnsafeRawBufferPointer) {
        guard let source = text.baseAddress else { return }
        let count = text.count
        if count >= 8 {
            var done = 0
            repeat {
                let word = source.loadUnaligned(fromByteOffset: done, as: UInt64.self)
                if Self.needsEscape(word) { return jsonEscaped(text, from: done) }
                place.storeBytes(of: word, toByteOffset: done, as: UInt64.self)
                done &+= 8
            } while done &+ 8 <= count
            // The last eight once more, rather than the rest one by one.
            let word = source.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            if Self.needsEscape(word) { return jsonEscaped(text, from: done) }
            place.storeBytes(of: word, toByteOffset: count &- 8, as: UInt64.self)
        } else if count >= 4 {
            let first = source.loadUnaligned(as: UInt32.self)
            let last = source.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
            if Self.needsEscape(UInt64(first) | UInt64(last) &<< 32) { return jsonEscaped(text, from: 0) }
            place.storeBytes(of: first, as: UInt32.self)
            place.storeBytes(of: last, toByteOffset: count &- 4, as: UInt32.self)
        } else {
            for byte in text where Self.needsEscape(byte) { return jsonEscaped(text, from: 0) }
            return put(text)
        }
        advance(count)
    }

    /// A byte above 0x7F never asks for an escape, nor lets its neighbour do so: at worst the slow way is taken.
    ///
    /// Source: RFC 8259, 7; the test of eight bytes at once: Hacker's Delight, 6-1.
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

    /// The rest of a text whose first bytes have been copied already.
    @inline(never)
    private mutating func jsonEscaped(_ text: UnsafeRawBufferPointer, from done: Int) {
        advance(done)
        for byte in text[done...] {
            if Self.needsEscape(byte) { jsonEscape(byte) } else { put(byte) }
        }
    }

    private mutating func jsonEscape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): put("\\\"")
        case UInt8(ascii: "\\"): put("\\\\")
        case 0x08: put("\\b")
        case 0x09: put("\\t")
        case 0x0A: put("\\n")
        case 0x0C: put("\\f")
        case 0x0D: put("\\r")
        default:
            put("\\u00")
            put(Self.hexDigits.utf8Start[Int(byte >> 4)])
            put(Self.hexDigits.utf8Start[Int(byte & 15)])
        }
    }

    private static let hexDigits: StaticString = "0123456789abcdef"

    mutating func json(_ flag: Bool) {
        put(flag ? "true" : "false" as StaticString)
    }

    /// Decimal digits.
    @inline(__always)
    mutating func json(_ number: Int64) {
        let magnitude = number.magnitude
        if number < 0 { put(UInt8(ascii: "-")) }
        if magnitude < 10 {
            put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: magnitude))
        } else {
            decimal(magnitude)
        }
    }

    @inline(never)
    private mutating func decimal(_ number: UInt64) {
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

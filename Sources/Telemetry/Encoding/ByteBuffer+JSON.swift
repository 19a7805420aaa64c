// JSON text. Commas are the caller's; strings are always well-formed whatever they hold.

extension ByteBuffer {
    /// The text between quotes.
    mutating func jsonString(_ text: UnsafeRawBufferPointer) {
        append(UInt8(ascii: "\""))
        jsonText(text)
        append(UInt8(ascii: "\""))
    }

    mutating func jsonString(_ text: String) {
        text.withBytes { jsonString($0) }
    }

    /// The text without quotes, eight bytes at a time while none of them needs an escape.
    ///
    /// Source: RFC 8259, 7; the test of eight bytes at once: Hacker's Delight, 6-1.
    mutating func jsonText(_ text: UnsafeRawBufferPointer) {
        reserve(text.count &+ 8)
        guard let source = text.baseAddress else { return }
        var place = 0
        while place &+ 8 <= text.count {
            let word = source.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            if Self.needsEscape(word) {
                jsonBytes(text, place..<place &+ 8)
            } else {
                unchecked(raw: word)
            }
            place &+= 8
        }
        jsonBytes(text, place..<text.count)
    }

    @inline(__always)
    private static func needsEscape(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* 0x22)
        let slashes = word ^ (ones &* 0x5C)
        let controls = (word &- (ones &* 0x20)) & ~word
        return (controls | ((quotes &- ones) & ~quotes) | ((slashes &- ones) & ~slashes)) & (ones &* 0x80) != 0
    }

    @inline(__always)
    private mutating func jsonBytes(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) {
        for place in range {
            let byte = text[place]
            if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                unchecked(byte)
            } else {
                // An escape is longer than what it stands for: room for the rest is made anew.
                reserve(6 &+ text.count &- place &+ 8)
                jsonEscape(byte)
            }
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
            hex(byte)
        }
        reserve(8)
    }

    mutating func json(_ flag: Bool) {
        append(flag ? "true" : "false" as StaticString)
    }

    /// Decimal digits.
    mutating func json(_ number: Int64) {
        reserve(20)
        if number < 0 { unchecked(UInt8(ascii: "-")) }
        var rest = number.magnitude
        let size = Self.decimalSize(rest)
        var place = count &+ size
        advance(size)
        repeat {
            place &-= 1
            self[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
    }

    private static func decimalSize(_ number: UInt64) -> Int {
        var size = 1
        var rest = number
        while rest >= 10 {
            rest /= 10
            size &+= 1
        }
        return size
    }

    /// The shortest text that reads back as the same double; what JSON has no number for as a string.
    mutating func json(_ number: Double) {
        if number.isFinite {
            append(number.description)
        } else if number.isNaN {
            append("\"NaN\"")
        } else {
            append(number > 0 ? "\"Infinity\"" : "\"-Infinity\"" as StaticString)
        }
    }

    // MARK: Hexadecimal

    /// The 16 digits of an id or half of one.
    @inline(__always)
    mutating func hex(_ value: UInt64) {
        reserve(16)
        var shift: UInt64 = 64
        while shift > 0 {
            shift &-= 8
            uncheckedHex(UInt8(truncatingIfNeeded: value &>> shift))
        }
    }

    private static let hexDigits: StaticString = "0123456789abcdef"

    mutating func hex(_ byte: UInt8) {
        reserve(2)
        uncheckedHex(byte)
    }

    @inline(__always)
    private mutating func uncheckedHex(_ byte: UInt8) {
        let digits = Self.hexDigits.utf8Start
        unchecked(digits[Int(byte &>> 4)])
        unchecked(digits[Int(byte & 15)])
    }
}

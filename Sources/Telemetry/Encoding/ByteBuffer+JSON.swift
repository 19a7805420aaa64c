// JSON text. Commas are the caller's; strings are always well-formed whatever they hold.

extension ByteBuffer {
    /// The text between quotes.
    @inline(__always)
    mutating func jsonString(_ text: UnsafeRawBufferPointer) {
        append(UInt8(ascii: "\""))
        jsonText(text)
        append(UInt8(ascii: "\""))
    }

    mutating func jsonString(_ text: String) {
        text.withBytes { jsonString($0) }
    }

    /// The text without quotes.
    mutating func jsonText(_ text: UnsafeRawBufferPointer) {
        // In pieces, lest long text make room for six times its length.
        var rest = text
        while rest.count > Cursor.shortTextMax {
            jsonShortText(UnsafeRawBufferPointer(rebasing: rest[..<Cursor.shortTextMax]))
            rest = UnsafeRawBufferPointer(rebasing: rest[Cursor.shortTextMax...])
        }
        jsonShortText(rest)
    }

    @inline(__always)
    private mutating func jsonShortText(_ text: UnsafeRawBufferPointer) {
        write(upTo: Cursor.jsonBytesMax &* text.count) { $0.jsonText(text) }
    }

    mutating func json(_ flag: Bool) {
        write(upTo: 5) { $0.json(flag) }
    }

    /// Decimal digits.
    @inline(__always)
    mutating func json(_ number: Int64) {
        write(upTo: Cursor.numberBytesMax) { $0.json(number) }
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

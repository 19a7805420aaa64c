/// Appends JSON to a growing buffer.
///
/// Shape:  UTF-8 without white space; commas come by themselves. Inside `object`, members: `member`, and `object` and `array` with a key; inside `array`, `value`
///         calls; what is written twice is there twice.
/// Cost:   no allocation but the buffer's own growth and the text of numbers.
/// Source: RFC 8259; for numbers that JSON lacks, protobuf's JSON mapping.
public struct JSONWriter: Sendable {
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    public init() {}

    public init(reservingCapacity byteCount: Int) {
        bytes.reserveCapacity(byteCount)
    }

    // MARK: Members of objects

    public mutating func member(_ key: String, _ text: String) {
        self.key(key)
        value(text)
    }

    public mutating func member(_ key: String, _ flag: Bool) {
        self.key(key)
        value(flag)
    }

    public mutating func member(_ key: String, _ number: some FixedWidthInteger) {
        self.key(key)
        value(number)
    }

    public mutating func member(_ key: String, _ number: Double) {
        self.key(key)
        value(number)
    }

    public mutating func object(_ key: String, _ body: (inout JSONWriter) -> Void) {
        self.key(key)
        object(body)
    }

    public mutating func array(_ key: String, _ body: (inout JSONWriter) -> Void) {
        self.key(key)
        array(body)
    }

    /// The key alone; the value has to follow.
    public mutating func key(_ key: String) {
        value(key)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    // MARK: Values

    public mutating func value(_ text: String) {
        separate()
        var text = text
        text.withUTF8 { appendString($0) }
    }

    public mutating func value(_ flag: Bool) {
        separate()
        append(flag ? "true" : "false")
    }

    public mutating func value(_ number: some FixedWidthInteger) {
        separate()
        bytes.append(contentsOf: number.description.utf8)
    }

    /// A 64-bit integer as a string, because many readers keep numbers as doubles.
    public mutating func value(quoting number: some FixedWidthInteger) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: number.description.utf8)
        bytes.append(UInt8(ascii: "\""))
    }

    /// The shortest text that reads back as the same double; "NaN", "Infinity" and "-Infinity" as strings.
    public mutating func value(_ number: Double) {
        separate()
        if number.isFinite {
            bytes.append(contentsOf: number.description.utf8)
        } else if number.isNaN {
            append("\"NaN\"")
        } else {
            append(number > 0 ? "\"Infinity\"" : "\"-Infinity\"")
        }
    }

    /// Bytes as a Base64 string.
    public mutating func value(base64 data: [UInt8]) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        Base64.append(data, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    public mutating func null() {
        separate()
        append("null")
    }

    public mutating func object(_ body: (inout JSONWriter) -> Void) {
        open("{")
        body(&self)
        close("}")
    }

    public mutating func array(_ body: (inout JSONWriter) -> Void) {
        open("[")
        body(&self)
        close("]")
    }

    // MARK: Bytes

    private mutating func open(_ bracket: StaticString) {
        separate()
        append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: StaticString) {
        append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func appendString(_ text: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        var start = 0
        for index in 0..<text.count {
            let byte = text[index]
            guard byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
                continue
            }
            if byte >= 0x7F {
                guard let hidden = HiddenCharacter(text, at: index) else { continue }
                bytes.append(contentsOf: text[start..<index])
                for unit in hidden.codeUnits { appendEscape(unit) }
                start = index + hidden.byteCount
            } else {
                bytes.append(contentsOf: text[start..<index])
                appendEscape(byte)
                start = index + 1
            }
        }
        bytes.append(contentsOf: text[start...])
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0C: append("\\f")
        case 0x0D: append("\\r")
        default: appendEscape(UInt16(byte))
        }
    }

    private mutating func appendEscape(_ unit: UInt16) {
        append("\\u")
        for shift in [12, 8, 4, 0] { bytes.append(Hexadecimal.digits.utf8Start[Int(unit >> UInt16(shift) & 15)]) }
    }
}

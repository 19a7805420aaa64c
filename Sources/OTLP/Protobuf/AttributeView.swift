/// One `KeyValue` as it stands on the wire: typed, not copied.
public struct AttributeView: Sendable {
    public var key: WireRange
    public var kind: Kind
    /// The value of `.bool` (0 or 1), `.int` (two's complement) and `.double` (bit pattern).
    public var bits: UInt64
    /// The content of `.string` and `.bytes`; the `ArrayValue` or `KeyValueList` message of `.array` and `.map`.
    public var range: WireRange

    @inlinable
    init(key: WireRange, kind: Kind = .absent, bits: UInt64 = 0, range: WireRange = .empty) {
        self.key = key
        self.kind = kind
        self.bits = bits
        self.range = range
    }

    /// The kinds of `AttributeValue`, and `.absent` for a key without a value message.
    public enum Kind: UInt8, Sendable {
        case absent = 0
        case empty = 1
        case string = 2
        case bool = 3
        case int = 4
        case double = 5
        case bytes = 6
        case array = 7
        case map = 8
    }
}

/// Reads `KeyValue` and `AnyValue` messages and checks what they hold: UTF-8 and depth.
@usableFromInline
enum AttributeReader {
    /// Reads one `KeyValue` message.
    ///
    /// - Parameter isTrusted: texts and depth were checked before.
    /// - Parameter rejection: set when the value cannot be taken; the reading goes on, to find malformed bytes all the same.
    @inlinable
    static func keyValue(
        _ message: WireRange, in bytes: ByteSpan, depth: Int = 0, isTrusted: Bool = false,
        _ rejection: inout RecordRejection?
    ) throws(WireError) -> AttributeView {
        if let attribute = plainText(message, in: bytes) {
            if !isTrusted {
                if !bytes.isUTF8(attribute.key) { rejection = .invalidUTF8(.attributeKey) }
                if !bytes.isUTF8(attribute.range) { rejection = .invalidUTF8(.attributeValue) }
            }
            return attribute
        }
        var attribute = AttributeView(key: .empty)
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 1:
                attribute.key = try cursor.lengthDelimited(field, in: bytes)
                if !isTrusted, !bytes.isUTF8(attribute.key) { rejection = .invalidUTF8(.attributeKey) }
            case 2:
                let value = try cursor.lengthDelimited(field, in: bytes)
                try anyValue(value, in: bytes, depth: depth, isTrusted: isTrusted, into: &attribute, &rejection)
            default:
                try cursor.skip(field, in: bytes)
            }
        }
        return attribute
    }

    /// A `KeyValue` message that holds a key and a string value, once, in this order and with lengths of one byte: most do.
    /// `nil` for any other, which may be well-formed all the same.
    @inlinable
    static func plainText(_ message: WireRange, in bytes: ByteSpan) -> AttributeView? {
        let end = message.upperBound
        let key = message.lowerBound &+ 2
        guard key < end, bytes[key &- 2] == 0x0A, bytes[key &- 1] < 0x80 else { return nil }
        let value = key &+ Int(bytes[key &- 1]) &+ 2
        guard value &+ 1 < end, bytes[value &- 2] == 0x12, Int(bytes[value &- 1]) == end &- value else { return nil }
        let text = value &+ 2
        guard bytes[value] == 0x0A, Int(bytes[value &+ 1]) == end &- text, end &- text < 0x80 else { return nil }
        return AttributeView(
            key: WireRange(from: key, to: value &- 2), kind: .string, range: WireRange(from: text, to: end))
    }

    /// Reads one `AnyValue` message into `attribute`. Of several members of the `oneof` the last counts.
    @inlinable
    static func anyValue(
        _ message: WireRange, in bytes: ByteSpan, depth: Int = 0, isTrusted: Bool = false,
        into attribute: inout AttributeView,
        _ rejection: inout RecordRejection?
    ) throws(WireError) {
        attribute.kind = .empty
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 1:
                attribute.kind = .string
                attribute.range = try cursor.lengthDelimited(field, in: bytes)
                if !isTrusted, !bytes.isUTF8(attribute.range) { rejection = .invalidUTF8(.attributeValue) }
            case 2:
                attribute.kind = .bool
                attribute.bits = try cursor.varint(field, in: bytes) == 0 ? 0 : 1
            case 3:
                attribute.kind = .int
                attribute.bits = try cursor.varint(field, in: bytes)
            case 4:
                attribute.kind = .double
                attribute.bits = try cursor.fixed64(field, in: bytes)
            case 5:
                attribute.kind = .array
                attribute.range = try cursor.lengthDelimited(field, in: bytes)
                if !isTrusted { try check(attribute.range, .array, in: bytes, depth: depth + 1, &rejection) }
            case 6:
                attribute.kind = .map
                attribute.range = try cursor.lengthDelimited(field, in: bytes)
                if !isTrusted { try check(attribute.range, .map, in: bytes, depth: depth + 1, &rejection) }
            case 7:
                attribute.kind = .bytes
                attribute.range = try cursor.lengthDelimited(field, in: bytes)
            default:
                try cursor.skip(field, in: bytes)
            }
        }
    }

    /// Reads through the elements of an `ArrayValue` or `KeyValueList`, for nothing but what is wrong with them.
    @usableFromInline
    static func check(
        _ message: WireRange, _ kind: AttributeView.Kind, in bytes: ByteSpan, depth: Int,
        _ rejection: inout RecordRejection?
    ) throws(WireError) {
        guard depth < Limits.attributeNestingDepthMax else {
            rejection = .nestedTooDeep
            return
        }
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            guard field.number == 1 else {
                try cursor.skip(field, in: bytes)
                continue
            }
            let element = try cursor.lengthDelimited(field, in: bytes)
            if kind == .array {
                var value = AttributeView(key: .empty)
                try anyValue(element, in: bytes, depth: depth, into: &value, &rejection)
            } else {
                _ = try keyValue(element, in: bytes, depth: depth, &rejection)
            }
        }
    }
}

/// Appends protobuf fields to a growing buffer.
///
/// Shape:  fields in the order of the calls. As proto3 has it, the plain methods leave out default values (zero, empty);
///         the `always` ones write them, for fields with presence, members of a `oneof` and repeated fields.
/// Cost:   no allocation but the buffer's own growth.
public struct ProtobufWriter: Sendable {
    public var bytes: [UInt8] = []

    @inlinable public init() {}

    @inlinable
    public init(reservingCapacity byteCount: Int) {
        bytes.reserveCapacity(byteCount)
    }

    // MARK: Values without a tag

    @inlinable
    public mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    @inlinable
    public mutating func tag(_ number: UInt32, _ type: WireType) {
        varint(UInt64(number) &<< 3 | UInt64(type.rawValue))
    }

    @inlinable
    public mutating func fixed64(_ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    @inlinable
    public mutating func fixed32(_ value: UInt32) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    // MARK: Fields that proto3 leaves out at their default

    @inlinable
    public mutating func uint64(_ number: UInt32, _ value: UInt64) {
        if value != 0 { alwaysUInt64(number, value) }
    }

    @inlinable
    public mutating func uint32(_ number: UInt32, _ value: UInt32) {
        uint64(number, UInt64(value))
    }

    /// `int32` and enums: negative numbers take ten bytes, as the encoding says.
    @inlinable
    public mutating func int32(_ number: UInt32, _ value: Int32) {
        uint64(number, UInt64(bitPattern: Int64(value)))
    }

    /// `sint32`: zigzag.
    @inlinable
    public mutating func sint32(_ number: UInt32, _ value: Int32) {
        uint32(number, UInt32(bitPattern: value &<< 1 ^ value &>> 31))
    }

    @inlinable
    public mutating func bool(_ number: UInt32, _ value: Bool) {
        if value { alwaysBool(number, value) }
    }

    @inlinable
    public mutating func fixed64(_ number: UInt32, _ value: UInt64) {
        if value != 0 { alwaysFixed64(number, value) }
    }

    @inlinable
    public mutating func fixed32(_ number: UInt32, _ value: UInt32) {
        guard value != 0 else { return }
        tag(number, .fixed32)
        fixed32(value)
    }

    @inlinable
    public mutating func string(_ number: UInt32, _ value: String) {
        if !value.isEmpty { alwaysString(number, value) }
    }

    @inlinable
    public mutating func id(_ number: UInt32, _ id: TraceID) {
        guard !id.isZero else { return }
        tag(number, .lengthDelimited)
        bytes.append(UInt8(TraceID.byteCount))
        bigEndian(id.high)
        bigEndian(id.low)
    }

    @inlinable
    public mutating func id(_ number: UInt32, _ id: SpanID) {
        guard !id.isZero else { return }
        tag(number, .lengthDelimited)
        bytes.append(UInt8(SpanID.byteCount))
        bigEndian(id.value)
    }

    // MARK: Fields that are written whatever their value

    @inlinable
    public mutating func alwaysUInt64(_ number: UInt32, _ value: UInt64) {
        tag(number, .varint)
        varint(value)
    }

    @inlinable
    public mutating func alwaysBool(_ number: UInt32, _ value: Bool) {
        tag(number, .varint)
        bytes.append(value ? 1 : 0)
    }

    @inlinable
    public mutating func alwaysFixed64(_ number: UInt32, _ value: UInt64) {
        tag(number, .fixed64)
        fixed64(value)
    }

    @inlinable
    public mutating func alwaysString(_ number: UInt32, _ value: String) {
        tag(number, .lengthDelimited)
        varint(UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    @inlinable
    public mutating func alwaysBytes(_ number: UInt32, _ value: some Collection<UInt8>) {
        tag(number, .lengthDelimited)
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// A nested message, whatever it holds.
    ///
    /// Cost: one length byte is kept free in front; a message of 128 bytes or more is moved back by the few that its
    /// length takes beyond that.
    @inlinable
    public mutating func message(_ number: UInt32, _ body: (inout ProtobufWriter) -> Void) {
        tag(number, .lengthDelimited)
        let start = beginLength()
        body(&self)
        endLength(start)
    }

    /// Keeps room for a length; `endLength(_:)` fills it in. The pair serves code that cannot use `message`'s closure.
    @inlinable
    public mutating func beginLength() -> Int {
        bytes.append(0)
        return bytes.count
    }

    @inlinable
    public mutating func endLength(_ start: Int) {
        let length = bytes.count - start
        if length < 0x80 {
            bytes[start - 1] = UInt8(truncatingIfNeeded: length)
        } else {
            insertLength(length, at: start)
        }
    }

    @usableFromInline
    mutating func insertLength(_ length: Int, at start: Int) {
        var rest = UInt64(length)
        var encoded: [UInt8] = []
        while rest >= 0x80 {
            encoded.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        encoded.append(UInt8(rest))
        bytes.replaceSubrange(start - 1..<start, with: encoded)
    }

    @inlinable
    mutating func bigEndian(_ value: UInt64) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
}

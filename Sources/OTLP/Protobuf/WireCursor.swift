/// A position in a protobuf message, with the reads that move it forward.
///
/// Shape:  holds no bytes; every read is given the request body that the positions count in.
/// Errors: `WireError` for anything that is not well-formed protobuf; the position is then meaningless.
/// Cost:   no allocation; one bounds check a byte read.
/// Source: protobuf encoding, https://protobuf.dev/programming-guides/encoding/.
public struct WireCursor {
    public var position: Int
    public let end: Int

    @inlinable
    public init(_ range: WireRange) {
        position = range.lowerBound
        end = range.upperBound
    }

    /// Begins at the start of a whole body.
    @inlinable
    public init(_ bytes: ByteSpan) throws(WireError) {
        guard bytes.count <= Limits.requestBytesMax else { throw WireError(.tooLarge, at: 0) }
        position = 0
        end = bytes.count
    }

    @inlinable public var isAtEnd: Bool { position >= end }

    /// The tag of the next field, or `nil` at the end of the message.
    @inlinable
    public mutating func nextField(in bytes: ByteSpan) throws(WireError) -> WireField? {
        guard position < end else { return nil }
        let start = position
        let tag = try varint(in: bytes)
        guard tag >> 3 != 0, tag >> 3 <= 0x1FFF_FFFF else { throw WireError(.invalidFieldNumber, at: start) }
        guard let type = WireType(rawValue: UInt8(truncatingIfNeeded: tag & 7)) else {
            throw WireError(.unknownWireType, at: start)
        }
        return WireField(number: UInt32(truncatingIfNeeded: tag >> 3), type: type)
    }

    /// Moves past the value of `field`.
    @inlinable
    public mutating func skip(_ field: WireField, in bytes: ByteSpan) throws(WireError) {
        switch field.type {
        case .varint: _ = try varint(in: bytes)
        case .fixed64: try advance(8)
        case .fixed32: try advance(4)
        case .lengthDelimited: _ = try lengthDelimited(in: bytes)
        }
    }

    @inlinable
    public mutating func varint(in bytes: ByteSpan) throws(WireError) -> UInt64 {
        guard position < end else { throw WireError(.truncated, at: position) }
        let first = bytes[position]
        position &+= 1
        if first < 0x80 { return UInt64(first) }
        return try longVarint(first, in: bytes)
    }

    @inlinable
    mutating func longVarint(_ first: UInt8, in bytes: ByteSpan) throws(WireError) -> UInt64 {
        var value = UInt64(first & 0x7F)
        var shift: UInt64 = 7
        while shift < 70 {
            guard position < end else { throw WireError(.truncated, at: position) }
            let byte = bytes[position]
            position &+= 1
            value |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 { return value }
            shift &+= 7
        }
        throw WireError(.oversizedVarint, at: position)
    }

    @inlinable
    public mutating func fixed64(in bytes: ByteSpan) throws(WireError) -> UInt64 {
        let start = position
        try advance(8)
        return bytes.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self).littleEndian
    }

    @inlinable
    public mutating func fixed32(in bytes: ByteSpan) throws(WireError) -> UInt32 {
        let start = position
        try advance(4)
        return bytes.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt32.self).littleEndian
    }

    /// The bytes of a string, bytes or message field.
    @inlinable
    public mutating func lengthDelimited(in bytes: ByteSpan) throws(WireError) -> WireRange {
        let lengthStart = position
        let length = try varint(in: bytes)
        guard length <= UInt64(end &- position) else { throw WireError(.lengthBeyondMessage, at: lengthStart) }
        let range = WireRange(from: position, to: position &+ Int(truncatingIfNeeded: length))
        position = range.upperBound
        return range
    }

    @inlinable
    mutating func advance(_ count: Int) throws(WireError) {
        guard end &- position >= count else { throw WireError(.truncated, at: position) }
        position &+= count
    }
}

extension WireCursor {
    // Reads of a field whose definition says which wire type it has: any other type is a malformed message.

    @inlinable
    mutating func varint(_ field: WireField, in bytes: ByteSpan) throws(WireError) -> UInt64 {
        guard field.type == .varint else { throw WireError(.wrongWireType, at: position) }
        return try varint(in: bytes)
    }

    @inlinable
    mutating func fixed64(_ field: WireField, in bytes: ByteSpan) throws(WireError) -> UInt64 {
        guard field.type == .fixed64 else { throw WireError(.wrongWireType, at: position) }
        return try fixed64(in: bytes)
    }

    @inlinable
    mutating func fixed32(_ field: WireField, in bytes: ByteSpan) throws(WireError) -> UInt32 {
        guard field.type == .fixed32 else { throw WireError(.wrongWireType, at: position) }
        return try fixed32(in: bytes)
    }

    @inlinable
    mutating func lengthDelimited(_ field: WireField, in bytes: ByteSpan) throws(WireError) -> WireRange {
        guard field.type == .lengthDelimited else { throw WireError(.wrongWireType, at: position) }
        return try lengthDelimited(in: bytes)
    }

    @inlinable
    mutating func uint32(_ field: WireField, in bytes: ByteSpan) throws(WireError) -> UInt32 {
        UInt32(truncatingIfNeeded: try varint(field, in: bytes))
    }

    @inlinable
    mutating func int32(_ field: WireField, in bytes: ByteSpan) throws(WireError) -> Int32 {
        Int32(truncatingIfNeeded: try varint(field, in: bytes))
    }
}

/// The tag in front of a value.
public struct WireField: Sendable {
    public var number: UInt32
    public var type: WireType

    @inlinable
    init(number: UInt32, type: WireType) {
        self.number = number
        self.type = type
    }
}

public enum WireType: UInt8, Sendable {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
    case fixed32 = 5
}

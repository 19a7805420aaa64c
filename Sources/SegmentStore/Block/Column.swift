import OTLP
import TelemetryStore

/// One column being filled: values of one kind, row after row.
struct Column {
    private var writer = ProtobufWriter()

    var bytes: [UInt8] { writer.bytes }

    /// A count or a code: small numbers are short.
    mutating func append(_ value: UInt64) { writer.varint(value) }
    mutating func append(_ value: Int) { writer.varint(UInt64(value)) }
    mutating func append(_ value: UInt32) { writer.varint(UInt64(value)) }

    /// A number that may be negative, zigzag: small magnitudes are short.
    mutating func append(signed value: Int64) {
        writer.varint(UInt64(bitPattern: value &<< 1 ^ value &>> 63))
    }

    /// Eight bytes: ids and doubles, whose bits are all alike.
    mutating func append(fixed value: UInt64) { writer.fixed64(value) }
}

/// One column being read, row after row.
struct ColumnReader {
    private let bytes: [UInt8]
    private var cursor: WireCursor

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        cursor = WireCursor(WireRange(start: 0, count: UInt32(clamping: bytes.count)))
    }

    mutating func next() throws(WireError) -> UInt64 {
        var moved = cursor
        let value = try moved.varint(in: bytes.span)
        cursor = moved
        return value
    }

    mutating func nextInt() throws(WireError) -> Int { Int(truncatingIfNeeded: try next()) }

    mutating func nextUInt32() throws(WireError) -> UInt32 { UInt32(truncatingIfNeeded: try next()) }

    mutating func nextSigned() throws(WireError) -> Int64 {
        let value = try next()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    mutating func nextFixed() throws(WireError) -> UInt64 {
        var moved = cursor
        let value = try moved.fixed64(in: bytes.span)
        cursor = moved
        return value
    }
}

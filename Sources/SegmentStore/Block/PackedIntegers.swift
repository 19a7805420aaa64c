import OTLP

/// The integers of one column of one group, each in as many bits as the widest of them needs.
///
/// Shape:  least value (varint), unit (varint), width (a byte), then (value − least) / unit of each. Widths of 1, 2 and 4 bits
///         share bytes; wider ones are kept as byte planes, all lowest bytes first, which is what zstd packs best.
/// Errors: `WireError` for a width or a length that cannot be.
/// Source: Documentation/Formats/block.md.
enum PackedIntegers {
    /// What clocks count in: whole microseconds and milliseconds lose their zeros.
    private static let units: [UInt64] = [1_000_000, 1_000]

    /// - Returns: where its byte planes begin, but for the first.
    @discardableResult
    static func encode(_ values: [UInt64], into writer: inout ProtobufWriter) -> [Int] {
        var least = UInt64.max
        var greatest: UInt64 = 0
        for value in values {
            least = min(least, value)
            greatest = max(greatest, value)
        }
        guard !values.isEmpty else { return [] }
        let unit = unit(of: values, least: least, greatest: greatest)
        let width = width(of: (greatest - least) / unit)
        writer.varint(least)
        writer.varint(unit)
        writer.bytes.append(UInt8(width))
        if width < 8 {
            bits(values, least, unit, width, into: &writer)
            return []
        }
        planes(values, least, unit, width / 8, into: &writer)
        return (1..<width / 8).reversed().map { writer.bytes.count - $0 * values.count }
    }

    private static func unit(of values: [UInt64], least: UInt64, greatest: UInt64) -> UInt64 {
        guard greatest - least >= 1_000_000 else { return 1 }
        return units.first { unit in values.allSatisfy { ($0 - least) % unit == 0 } } ?? 1
    }

    /// 0, 1, 2 or 4 bits, or whole bytes.
    private static func width(of greatest: UInt64) -> Int {
        let needed = UInt64.bitWidth - greatest.leadingZeroBitCount
        return switch needed {
        case 0...2: needed
        case 3...4: 4
        default: (needed + 7) / 8 * 8
        }
    }

    private static func bits(
        _ values: [UInt64], _ least: UInt64, _ unit: UInt64, _ width: Int, into writer: inout ProtobufWriter
    ) {
        guard width > 0 else { return }
        var byte: UInt8 = 0
        var filled = 0
        for value in values {
            byte |= UInt8(truncatingIfNeeded: (value - least) / unit) &<< UInt8(filled)
            filled += width
            if filled == 8 {
                writer.bytes.append(byte)
                byte = 0
                filled = 0
            }
        }
        if filled > 0 { writer.bytes.append(byte) }
    }

    private static func planes(
        _ values: [UInt64], _ least: UInt64, _ unit: UInt64, _ count: Int, into writer: inout ProtobufWriter
    ) {
        let planes = [UInt8](unsafeUninitializedCapacity: count * values.count) { buffer, filled in
            for (row, value) in values.enumerated() {
                var rest = value &- least
                if unit != 1 { rest /= unit }
                var place = row
                for _ in 0..<count {
                    buffer[place] = UInt8(truncatingIfNeeded: rest)
                    rest &>>= 8
                    place &+= values.count
                }
            }
            filled = count * values.count
        }
        writer.bytes += planes
    }

    /// Reads a column: how many there are, and the integers.
    static func decodeColumn(from cursor: inout WireCursor, in bytes: ByteSpan) throws(WireError) -> [UInt64] {
        let count = try cursor.varint(in: bytes)
        guard count <= UInt64(Limits.columnValuesMax) else {
            throw WireError(.lengthBeyondMessage, at: cursor.position)
        }
        return try decode(Int(count), from: &cursor, in: bytes)
    }

    /// Reads `count` integers and moves the cursor past them.
    static func decode(
        _ count: Int, from cursor: inout WireCursor, in bytes: ByteSpan
    ) throws(WireError) -> [UInt64] {
        guard count > 0 else { return [] }
        let least = try cursor.varint(in: bytes)
        let unit = try cursor.varint(in: bytes)
        guard cursor.position < cursor.end else { throw WireError(.truncated, at: cursor.position) }
        let width = Int(bytes[cursor.position])
        let start = cursor.position + 1
        guard [0, 1, 2, 4].contains(width) || (width % 8 == 0 && width <= 64) else {
            throw WireError(.unknownWireType, at: cursor.position)
        }
        let length = (width * count + 7) / 8
        guard length <= cursor.end - start else { throw WireError(.lengthBeyondMessage, at: start) }
        cursor.position = start + length
        let packed = bytes.extracting(start..<start + length)
        return [UInt64](unsafeUninitializedCapacity: count) { values, filled in
            packed.withUnsafeBytes { packed in
                if width < 8 {
                    unpack(bits: packed, width, into: values, count)
                } else {
                    unpack(planes: packed, width / 8, into: values, count)
                }
            }
            if least != 0 || unit != 1 {
                for row in 0..<count { values[row] = least &+ values[row] &* unit }
            }
            filled = count
        }
    }

    private static func unpack(
        bits packed: UnsafeRawBufferPointer, _ width: Int, into values: UnsafeMutableBufferPointer<UInt64>, _ count: Int
    ) {
        guard width > 0 else { return values.baseAddress!.initialize(repeating: 0, count: count) }
        let mask = UInt8(1) &<< UInt8(width) &- 1
        for row in 0..<count {
            let bit = row &* width
            values[row] = UInt64(packed[bit &>> 3] &>> UInt8(bit & 7) & mask)
        }
    }

    private static func unpack(
        planes packed: UnsafeRawBufferPointer, _ planeCount: Int, into values: UnsafeMutableBufferPointer<UInt64>,
        _ count: Int
    ) {
        for row in 0..<count { values[row] = UInt64(packed[row]) }
        for plane in 1..<planeCount {
            let first = plane &* count
            for row in 0..<count { values[row] |= UInt64(packed[first &+ row]) &<< UInt64(8 &* plane) }
        }
    }
}

/// Small magnitudes of either sign become small numbers, as protobuf's `sint64` has it.
enum Zigzag {
    static func encode(_ value: Int64) -> UInt64 { UInt64(bitPattern: value &<< 1 ^ value &>> 63) }
    static func decode(_ value: UInt64) -> Int64 { Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1) }
}

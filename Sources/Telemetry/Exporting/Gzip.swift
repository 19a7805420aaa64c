/// Compresses an export for a network that is slower than the processor.
///
/// 1. Find, for the next bytes, an earlier place where the same stood: by a table of where each four bytes were seen last.
/// 2. Write the distance and length of such a repeat, or the byte itself, in the fixed code of the format.
/// 3. Put the format's head in front, checksum and length behind.
///
/// Telemetry repeats itself so much that this is most of what a larger compressor would gain; it needs no library.
/// Source: RFC 1951 (DEFLATE, fixed Huffman codes), RFC 1952 (gzip).
package enum Gzip {
    package static func compress(_ bytes: [UInt8]) -> [UInt8] {
        var writer = BitWriter(reservingCapacity: bytes.count / 2 + 32)
        writer.bytes += [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
        deflate(bytes, into: &writer)
        writer.append(littleEndian: CRC32.checksum(bytes))
        writer.append(littleEndian: UInt32(truncatingIfNeeded: bytes.count))
        return writer.bytes
    }

    private static let windowSize = 32 << 10
    private static let lengths = 4...258
    private static let tableBits: UInt32 = 13

    private static func deflate(_ bytes: [UInt8], into writer: inout BitWriter) {
        // One block, the last, with fixed codes.
        writer.bits(0b011, count: 3)
        var lastSeen = [Int32](repeating: -1, count: 1 << Int(tableBits))
        var place = 0
        while place < bytes.count {
            guard place + 4 <= bytes.count else {
                writer.literal(Int(bytes[place]))
                place += 1
                continue
            }
            let word =
                UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2]) << 16
                | UInt32(bytes[place + 3]) << 24
            let slot = Int((word &* 0x9E37_79B1) >> (32 - tableBits))
            let earlier = Int(lastSeen[slot])
            lastSeen[slot] = Int32(truncatingIfNeeded: place)
            let length = earlier >= 0 && place - earlier <= windowSize ? matchLength(bytes, earlier, place) : 0
            if length >= lengths.lowerBound {
                writer.length(length)
                writer.distance(place - earlier)
                place += length
            } else {
                writer.literal(Int(bytes[place]))
                place += 1
            }
        }
        writer.literal(256)
        writer.alignToByte()
    }

    private static func matchLength(_ bytes: [UInt8], _ earlier: Int, _ place: Int) -> Int {
        let longest = min(lengths.upperBound, bytes.count - place)
        var length = 0
        while length < longest, bytes[earlier + length] == bytes[place + length] { length += 1 }
        return length
    }
}

/// Bits in the order of DEFLATE: the lowest of a byte first.
private struct BitWriter {
    var bytes: [UInt8] = []
    private var pending: UInt64 = 0
    private var pendingCount = 0

    init(reservingCapacity count: Int) { bytes.reserveCapacity(count) }

    mutating func bits(_ value: Int, count: Int) {
        pending |= UInt64(truncatingIfNeeded: value) << UInt64(pendingCount)
        pendingCount += count
        while pendingCount >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: pending))
            pending >>= 8
            pendingCount -= 8
        }
    }

    /// A Huffman code: its highest bit first.
    private mutating func code(_ value: Int, count: Int) {
        var reversed = 0
        for bit in 0..<count where value >> bit & 1 == 1 { reversed |= 1 << (count - 1 - bit) }
        bits(reversed, count: count)
    }

    /// Source: RFC 1951, 3.2.6.
    mutating func literal(_ symbol: Int) {
        switch symbol {
        case ..<144: code(0x30 + symbol, count: 8)
        case ..<256: code(0x190 + symbol - 144, count: 9)
        case ..<280: code(symbol - 256, count: 7)
        default: code(0xC0 + symbol - 280, count: 8)
        }
    }

    /// Source: RFC 1951, 3.2.5: groups of four lengths share their number of extra bits.
    mutating func length(_ length: Int) {
        if length == 258 { return literal(285) }
        let offset = length - 3
        if offset < 8 { return literal(257 + offset) }
        let extra = Int.bitWidth - offset.leadingZeroBitCount - 3
        literal(257 + 4 * extra + offset >> extra)
        bits(offset & (1 << extra - 1), count: extra)
    }

    mutating func distance(_ distance: Int) {
        let offset = distance - 1
        if offset < 4 { return code(offset, count: 5) }
        let extra = Int.bitWidth - offset.leadingZeroBitCount - 2
        code(2 * extra + offset >> extra, count: 5)
        bits(offset & (1 << extra - 1), count: extra)
    }

    mutating func alignToByte() {
        if pendingCount > 0 { bits(0, count: 8 - pendingCount) }
    }

    mutating func append(littleEndian value: UInt32) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

/// Source: RFC 1952, 8.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        var value = UInt32(index)
        for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
        return value
    }

    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = 0xFFFF_FFFF
        for byte in bytes { sum = table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ sum >> 8 }
        return ~sum
    }
}

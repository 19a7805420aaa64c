/// Where the next byte goes, in a buffer that has room for it: kept in a register while a few fields are written.
struct Cursor {
    private(set) var place: UnsafeMutableRawPointer

    @inline(__always)
    init(_ place: UnsafeMutableRawPointer) { self.place = place }

    @inline(__always)
    mutating func put(_ byte: UInt8) {
        place.storeBytes(of: byte, as: UInt8.self)
        place += 1
    }

    @inline(__always)
    mutating func put<Value: BitwiseCopyable>(raw value: Value) {
        place.storeBytes(of: value, as: Value.self)
        place += MemoryLayout<Value>.size
    }

    @inline(__always)
    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            put(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        put(UInt8(truncatingIfNeeded: rest))
    }

    @inline(__always)
    mutating func varint(_ value: Int) { varint(UInt64(bitPattern: Int64(value))) }

    /// Copies text: most of it is short, and two words that overlap are quicker than a call.
    @inline(__always)
    mutating func put(_ source: UnsafeRawBufferPointer) {
        guard let start = source.baseAddress else { return }
        let count = source.count
        if count > 32 {
            place.copyMemory(from: start, byteCount: count)
        } else if count > 16 {
            copyEnds(of: start, count, as: SIMD16<UInt8>.self)
        } else if count >= 8 {
            copyEnds(of: start, count, as: UInt64.self)
        } else if count >= 4 {
            copyEnds(of: start, count, as: UInt32.self)
        } else if count > 0 {
            place.storeBytes(of: start.load(as: UInt8.self), as: UInt8.self)
            let middle = start.load(fromByteOffset: count &>> 1, as: UInt8.self)
            place.storeBytes(of: middle, toByteOffset: count &>> 1, as: UInt8.self)
            let last = start.load(fromByteOffset: count &- 1, as: UInt8.self)
            place.storeBytes(of: last, toByteOffset: count &- 1, as: UInt8.self)
        }
        place += count
    }

    /// Copies the first and the last bytes; between them they are all there are.
    @inline(__always)
    private func copyEnds<Word: BitwiseCopyable>(of start: UnsafeRawPointer, _ count: Int, as _: Word.Type) {
        let first = start.loadUnaligned(as: Word.self)
        let tail = count &- MemoryLayout<Word>.size
        let last = start.loadUnaligned(fromByteOffset: tail, as: Word.self)
        place.storeBytes(of: first, as: Word.self)
        place.storeBytes(of: last, toByteOffset: tail, as: Word.self)
    }

    @inline(__always)
    mutating func put(_ source: [UInt8]) {
        source.withUnsafeBytes { put($0) }
    }

    /// Skips what somebody else has written.
    @inline(__always)
    mutating func advance(_ count: Int) { place += count }

    @inline(__always)
    mutating func put(_ text: StaticString) {
        place.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
        place += text.utf8CodeUnitCount
    }

    /// The 16 digits of an id or half of one.
    ///
    /// Source: spreading nibbles over bytes by masks: Hacker's Delight, 7-2.
    @inline(__always)
    mutating func hex(_ value: UInt64) {
        put(raw: Self.hexDigits(UInt32(truncatingIfNeeded: value &>> 32)).bigEndian)
        put(raw: Self.hexDigits(UInt32(truncatingIfNeeded: value)).bigEndian)
    }

    /// Eight digits, the first in the highest byte.
    @inline(__always)
    private static func hexDigits(_ value: UInt32) -> UInt64 {
        var nibbles = UInt64(value)
        nibbles = (nibbles | nibbles &<< 16) & 0x0000_FFFF_0000_FFFF
        nibbles = (nibbles | nibbles &<< 8) & 0x00FF_00FF_00FF_00FF
        nibbles = (nibbles | nibbles &<< 4) & 0x0F0F_0F0F_0F0F_0F0F
        // A digit above nine lies 39 places further on: "a" is not behind "9".
        let letters = ((nibbles &+ 0x0606_0606_0606_0606) &>> 4) & 0x0101_0101_0101_0101
        return nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 39
    }
}

extension ByteBuffer {
    /// Writes where room for `size` bytes is made first.
    @inline(__always)
    mutating func write(upTo size: Int, _ body: (inout Cursor) -> Void) {
        reserve(size)
        var cursor = Cursor(base + count)
        body(&cursor)
        advance(cursor.place - (base + count))
    }
}

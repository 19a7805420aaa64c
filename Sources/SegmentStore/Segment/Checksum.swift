/// Notices that stored bytes, or the place they are found at, are not what was written.
///
/// Shape:  four lanes of multiply-and-fold over 32 bytes a step, then the lanes, the rest, the length and the place into one.
/// Bounds: one of 4 billion damages passes. Not against somebody who means to: a forged file is read as carefully as any.
/// Cost:   the lanes do not wait for each other; far less than inflating the same bytes.
/// Source: Documentation/Formats/segment.md.
package enum Checksum {
    package static let byteCount = 4

    package static func of(_ bytes: UnsafeRawBufferPointer, at place: Int64) -> UInt32 {
        var lanes: (UInt64, UInt64, UInt64, UInt64) = (
            0x9E37_79B9_7F4A_7C15, 0xD6E8_FEB8_6659_FD93, 0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB
        )
        var offset = 0
        while offset &+ 32 <= bytes.count {
            lanes.0 = fold(lanes.0 ^ word(bytes, offset))
            lanes.1 = fold(lanes.1 ^ word(bytes, offset &+ 8))
            lanes.2 = fold(lanes.2 ^ word(bytes, offset &+ 16))
            lanes.3 = fold(lanes.3 ^ word(bytes, offset &+ 24))
            offset &+= 32
        }
        var state = fold(UInt64(bitPattern: place) ^ lanes.0) ^ fold(UInt64(bytes.count) ^ lanes.1)
        state = fold(state ^ lanes.2) ^ lanes.3
        while offset < bytes.count {
            state = fold(state ^ UInt64(bytes[offset]) ^ 0x9E37_79B9_7F4A_7C15)
            offset &+= 1
        }
        state = fold(state ^ 0xD6E8_FEB8_6659_FD93)
        return UInt32(truncatingIfNeeded: state ^ state >> 32)
    }

    /// Of whole numbers, as a row of them has it.
    static func of(_ values: [Int64], at place: Int64) -> Int64 {
        values.map(\.littleEndian).withUnsafeBytes { Int64(of($0, at: place)) }
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
    }

    private static func fold(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return product.high ^ product.low
    }
}

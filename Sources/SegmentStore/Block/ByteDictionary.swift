import Glibc
import OTLP

/// Gives every distinct byte string of a block a code, in order of first appearance.
///
/// Shape: all entries in one buffer, with their ends; an open-addressing table from hash to code beside them.
/// Cost:  one hash and, nearly always, one comparison a lookup; no allocation but growth.
struct ByteDictionary {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    /// Code + 1 by slot; 0 is free. Always a power of two long and at most half full.
    private var slots: [UInt32] = Array(repeating: 0, count: 1_024)
    private var hashes: [UInt64] = []

    var count: Int { ends.count }

    mutating func code(of entry: ByteSpan) -> UInt32 {
        let hash = ByteDictionary.hash(entry)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let code = slots[slot] - 1
            if hashes[Int(code)] == hash, isEqual(code, entry) { return code }
            slot = (slot + 1) & (slots.count - 1)
        }
        return insert(entry, hash: hash, slot: slot)
    }

    mutating func code(of range: WireRange, in body: ByteSpan) -> UInt32 {
        code(of: body.extracting(range.lowerBound..<range.upperBound))
    }

    func withBytes(of code: UInt32, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        let start = code == 0 ? 0 : ends[Int(code) - 1]
        bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[start..<ends[Int(code)]])) }
    }

    /// All entries, in order of their codes.
    func list() -> TextList.Builder {
        var list = TextList.Builder()
        for code in 0..<UInt32(count) { withBytes(of: code) { list.append($0) } }
        return list
    }

    private mutating func insert(_ entry: ByteSpan, hash: UInt64, slot: Int) -> UInt32 {
        let code = ends.count
        entry.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        ends.append(bytes.count)
        hashes.append(hash)
        slots[slot] = UInt32(code + 1)
        if 2 * ends.count > slots.count { grow() }
        return UInt32(code)
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: 2 * slots.count)
        for (code, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(code + 1)
        }
    }

    func isEqual(_ code: UInt32, _ entry: ByteSpan) -> Bool {
        let code = Int(code)
        let start = code == 0 ? 0 : ends[code - 1]
        guard ends[code] - start == entry.count else { return false }
        return bytes.withUnsafeBufferPointer { stored in
            entry.withUnsafeBufferPointer { entry in
                entry.isEmpty || memcmp(stored.baseAddress! + start, entry.baseAddress!, entry.count) == 0
            }
        }
    }

    /// Multiply-and-fold over eight bytes a step, seeded so that an outsider cannot choose colliding texts.
    private static func hash(_ entry: ByteSpan) -> UInt64 {
        var state = seed ^ UInt64(entry.count)
        var offset = 0
        while offset &+ 8 <= entry.count {
            state = fold(state ^ entry.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset &+= 8
        }
        var rest: UInt64 = 0
        while offset < entry.count {
            rest = rest << 8 | UInt64(entry[offset])
            offset &+= 1
        }
        return fold(state ^ rest)
    }

    private static func fold(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }

    private static let seed = UInt64.random(in: .min ... .max)
}

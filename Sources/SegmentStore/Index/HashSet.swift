/// A set of 64-bit numbers, hashes or others, to be filled fast and read once.
///
/// Shape: open addressing in a power of two of slots, at most half full; 0 stands for an empty slot and is counted apart.
/// Cost:  one probe, nearly always; no allocation but growth.
struct HashSet {
    private var slots: [UInt64]
    private var filled = 0
    private var hasZero = false

    init() { slots = Array(repeating: 0, count: 1_024) }

    var count: Int { filled + (hasZero ? 1 : 0) }

    @inline(__always)
    mutating func insert(_ hash: UInt64) {
        guard hash != 0 else { return hasZero = true }
        let mask = slots.count &- 1
        var slot = firstSlot(of: hash)
        while slots[slot] != 0 {
            if slots[slot] == hash { return }
            slot = (slot &+ 1) & mask
        }
        slots[slot] = hash
        filled += 1
        if 2 * filled > slots.count { grow() }
    }

    /// Forgets all and keeps the room they took.
    mutating func removeAll() {
        for slot in slots.indices { slots[slot] = 0 }
        filled = 0
        hasZero = false
    }

    var elements: [UInt64] { slots.filter { $0 != 0 } + (hasZero ? [0] : []) }

    /// The highest bits of a product, in which all bits of the number have a part: numbers that count up would else stand in a
    /// row and make every search long.
    @inline(__always)
    private func firstSlot(of hash: UInt64) -> Int {
        Int(truncatingIfNeeded: (hash &* 0x9E37_79B9_7F4A_7C15) &>> UInt64(slots.count.leadingZeroBitCount &+ 1))
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: 2 * old.count)
        let mask = slots.count &- 1
        for hash in old where hash != 0 {
            var slot = firstSlot(of: hash)
            while slots[slot] != 0 { slot = (slot &+ 1) & mask }
            slots[slot] = hash
        }
    }
}

import OTLP

/// The spans of a run and what their times are counted from: where a sibling has just ended, the next one starts.
///
/// Cost: no allocation from the second run on that is not longer than those before.
struct SpanFamily {
    private(set) var ids: [SpanID] = []
    /// Row + 1 by a hash of the id; 0 is free. At most half of the slots up to `mask` are in use.
    private var slots: [Int32] = []
    private var mask = -1
    private var starts: [UInt64] = []
    /// Where the last child of each row ended; 0 while it has none.
    private var childEnds: [UInt64] = []

    var count: Int { starts.count }
    var idCount: Int { ids.count }

    init() {}

    /// Begins anew with spans that are known before their times are; of two with one id the first counts.
    mutating func reset(to ids: some Collection<SpanID>) {
        reset()
        guard !ids.isEmpty else { return }
        let slotCount = 1 << (Int.bitWidth - (2 * ids.count - 1).leadingZeroBitCount)
        if slots.count < slotCount {
            slots = Array(repeating: 0, count: slotCount)
        } else {
            for slot in 0..<slotCount { slots[slot] = 0 }
        }
        mask = slotCount - 1
        for id in ids {
            let slot = slot(of: id)
            if slots[slot] == 0 { slots[slot] = Int32(self.ids.count + 1) }
            self.ids.append(id)
        }
    }

    func row(of id: SpanID) -> Int? {
        guard mask >= 0 else { return nil }
        let row = slots[slot(of: id)]
        return row == 0 ? nil : Int(row) - 1
    }

    /// Where the id stands, or else would.
    private func slot(of id: SpanID) -> Int {
        let product = (id.value ^ SpanFamily.seed).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        var slot = Int(truncatingIfNeeded: product.high ^ product.low) & mask
        while slots[slot] != 0, ids[Int(slots[slot]) - 1] != id { slot = (slot + 1) & mask }
        return slot
    }

    /// An outsider who chooses ids cannot choose where they collide.
    private static let seed = UInt64.random(in: .min ... .max)

    func start(ofRow row: Int) -> UInt64 { starts[row] }

    /// Forgets all rows and keeps the room they took.
    mutating func reset() {
        mask = -1
        ids.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        childEnds.removeAll(keepingCapacity: true)
    }

    func base(ofRowWithParent parent: Int?, runStart: UInt64) -> UInt64 {
        if let parent, parent >= 0, parent < count {
            return childEnds[parent] != 0 ? childEnds[parent] : starts[parent]
        }
        return starts.last ?? runStart
    }

    mutating func append(start: UInt64, end: UInt64, parent: Int?) {
        if let parent, parent >= 0, parent < count { childEnds[parent] = end }
        starts.append(start)
        childEnds.append(0)
    }

    /// One more row, while reading.
    mutating func append(id: SpanID, start: UInt64, end: UInt64, parent: Int?) {
        ids.append(id)
        append(start: start, end: end, parent: parent)
    }
}

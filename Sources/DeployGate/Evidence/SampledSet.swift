/// A set in bounded memory: when it is full it keeps every second element, by a bit of their hash, and so on.
///
/// Two sets of the same elements keep the same ones, whatever the order. `Sampled` hashes are spread evenly.
struct SampledSet: Sendable {
    private(set) var hashes: Set<UInt64> = []
    /// Elements whose hash ends in this many zeros are kept.
    private(set) var depth: UInt64 = 0
    private let capacity: Int

    init(capacity: Int = Limits.sampledValuesMax) {
        self.capacity = capacity
    }

    mutating func insert(_ hash: UInt64) {
        guard SampledSet.isKept(hash, depth: depth) else { return }
        hashes.insert(hash)
        while hashes.count > capacity {
            depth += 1
            let depth = depth
            hashes = hashes.filter { SampledSet.isKept($0, depth: depth) }
        }
    }

    /// How many different elements there were, about.
    var count: Int { hashes.count << Int(depth) }

    /// How many of these elements the other set does not have, about.
    func countMissing(in other: SampledSet) -> Int {
        let deeper = max(depth, other.depth)
        return hashes.count { SampledSet.isKept($0, depth: deeper) && !other.hashes.contains($0) } << Int(deeper)
    }

    static func isKept(_ hash: UInt64, depth: UInt64) -> Bool { hash & (1 << depth - 1) == 0 }

    static func hash(_ text: String) -> UInt64 {
        // FNV-1a, then mixed: the low bits have to be good.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return mix(hash)
    }

    static func hash(_ high: UInt64, _ low: UInt64) -> UInt64 { mix(high ^ mix(low)) }

    /// The finaliser of SplitMix64.
    static func mix(_ value: UInt64) -> UInt64 {
        var value = value &+ 0x9e37_79b9_7f4a_7c15
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

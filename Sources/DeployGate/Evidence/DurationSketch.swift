/// How long things took, in little memory: quantiles that are at most 3 % off.
///
/// Shape: 32 counters for each power of two of nanoseconds.
struct DurationSketch: Sendable {
    private var counts: [UInt32] = []
    private(set) var count = 0
    private(set) var sumNanoseconds: Double = 0
    private(set) var maxNanoseconds: UInt64 = 0

    mutating func add(_ nanoseconds: UInt64) {
        if counts.isEmpty { counts = [UInt32](repeating: 0, count: 60 * 32) }
        counts[DurationSketch.bucket(nanoseconds)] &+= 1
        count += 1
        sumNanoseconds += Double(nanoseconds)
        maxNanoseconds = max(maxNanoseconds, nanoseconds)
    }

    mutating func merge(_ other: DurationSketch) {
        guard !other.counts.isEmpty else { return }
        guard !counts.isEmpty else {
            self = other
            return
        }
        for index in counts.indices { counts[index] &+= other.counts[index] }
        count += other.count
        sumNanoseconds += other.sumNanoseconds
        maxNanoseconds = max(maxNanoseconds, other.maxNanoseconds)
    }

    /// Nanoseconds that a share of all durations does not exceed; `nil` when there are none.
    func quantile(_ share: Double) -> Double? {
        guard count > 0 else { return nil }
        var rank = Int((share * Double(count)).rounded(.up))
        for (bucket, count) in counts.enumerated() where count > 0 {
            rank -= Int(count)
            if rank <= 0 { return min(DurationSketch.upperBound(bucket), Double(maxNanoseconds)) }
        }
        return Double(maxNanoseconds)
    }

    var meanSeconds: Double? { count > 0 ? sumNanoseconds / Double(count) / 1e9 : nil }

    private static func bucket(_ value: UInt64) -> Int {
        guard value >= 32 else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        let fraction = Int((value >> UInt64(exponent - 5)) & 31)
        return min((exponent - 4) * 32 + fraction, 60 * 32 - 1)
    }

    private static func upperBound(_ bucket: Int) -> Double {
        guard bucket >= 32 else { return Double(bucket) }
        let exponent = bucket / 32 + 4
        return Double(UInt64(32 + bucket % 32 + 1) << UInt64(exponent - 5)) - 1
    }
}

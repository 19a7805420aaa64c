/// Counts values in buckets that grow with the value, so that quantiles of any number of values fit into little memory, and
/// the sketches of two halves add up to the sketch of the whole.
///
/// Shape:  a bucket for each of the upper seven bits of a value: below 128 exact, above it 64 buckets for each power of two.
/// Bounds: a quantile is off by less than 0.8 % of the value; 3,776 buckets at most.
/// Source: HdrHistogram's bucket scheme, with one precision.
public struct QuantileSketch: Hashable, Sendable {
    /// By bucket; as long as the largest value needs.
    public private(set) var counts: [UInt32] = []
    public private(set) var count = 0

    public init() {}

    private static let precisionBits = 6

    @inlinable
    public static func bucket(of value: UInt64) -> Int {
        guard value >= 128 else { return Int(value) }
        let shift = 63 &- value.leadingZeroBitCount &- 6
        return shift &<< 6 &+ Int(truncatingIfNeeded: value &>> UInt64(shift))
    }

    /// The middle of a bucket.
    public static func value(ofBucket bucket: Int) -> UInt64 {
        guard bucket >= 128 else { return UInt64(bucket) }
        let shift = UInt64(bucket >> precisionBits) - 1
        let low = UInt64(bucket & 63 | 64) << shift
        return low + (1 << shift) / 2
    }

    public mutating func insert(_ value: UInt64) {
        let bucket = QuantileSketch.bucket(of: value)
        if bucket >= counts.count { counts += [UInt32](repeating: 0, count: bucket + 1 - counts.count) }
        counts[bucket] &+= 1
        count += 1
    }

    /// Adds `number` values that lie in a bucket; none to a bucket that there is not.
    public mutating func add(_ number: Int, toBucket bucket: Int) {
        guard number > 0, bucket >= 0, bucket <= QuantileSketch.bucket(of: .max) else { return }
        if bucket >= counts.count { counts += [UInt32](repeating: 0, count: bucket + 1 - counts.count) }
        counts[bucket] &+= UInt32(clamping: number)
        count += number
    }

    public mutating func merge(_ other: QuantileSketch) {
        if other.counts.count > counts.count {
            counts += [UInt32](repeating: 0, count: other.counts.count - counts.count)
        }
        for (bucket, number) in other.counts.enumerated() { counts[bucket] &+= number }
        count += other.count
    }

    /// The value below which `share` (0…1) of the values lie; `nil` when there are none.
    public func quantile(_ share: Double) -> UInt64? {
        guard count > 0 else { return nil }
        let rank = Int((Double(count - 1) * min(max(share, 0), 1)).rounded())
        var seen = 0
        for (bucket, number) in counts.enumerated() where number > 0 {
            seen += Int(number)
            if seen > rank { return QuantileSketch.value(ofBucket: bucket) }
        }
        return nil
    }
}

import Glibc

/// Buckets whose bounds grow by powers of 2^(2^−scale): bucket `i` holds values in (base^i, base^(i+1)].
///
/// Bounds: never more than `countMax` buckets; when a value lies too far away the scale shrinks and neighbours merge.
/// Source: OpenTelemetry specification 1.x, Metrics data model, ExponentialHistogram.
package struct ExponentialBuckets: Hashable, Sendable {
    /// Of the first bucket.
    package private(set) var offset = 0
    package private(set) var counts: [UInt64] = []

    package init() {}

    package static let scaleMax = 20
    /// At this scale all doubles fall into three buckets: there is no need to go further.
    package static let scaleMin = -10

    /// The bucket of a value above zero.
    package static func index(of value: Double, scale: Int) -> Int {
        // Subnormal numbers share the bucket of the smallest normal one.
        let value = max(value, Double.leastNormalMagnitude)
        let exponent = Int(value.exponent)
        let isPowerOfTwo = value.significand == 1
        if scale <= 0 { return (isPowerOfTwo ? exponent - 1 : exponent) >> -scale }
        if isPowerOfTwo { return exponent << scale - 1 }
        let fraction = Int((log2(value.significand) * Double(1 << scale)).rounded(.up)) - 1
        return exponent << scale + min(max(fraction, 0), 1 << scale - 1)
    }

    /// How often the scale must shrink by one before `index` fits beside the buckets that are there.
    package func shrinking(toHold index: Int, countMax: Int) -> Int {
        guard !counts.isEmpty else { return 0 }
        var low = min(offset, index)
        var high = max(offset + counts.count - 1, index)
        var shift = 0
        while high - low >= countMax {
            low >>= 1
            high >>= 1
            shift += 1
        }
        return shift
    }

    /// Merges each 2^shift neighbours.
    package mutating func shrink(by shift: Int) {
        guard shift > 0, !counts.isEmpty else { return }
        let first = offset >> shift
        let last = (offset + counts.count - 1) >> shift
        var merged = [UInt64](repeating: 0, count: last - first + 1)
        for (place, count) in counts.enumerated() { merged[(offset + place) >> shift - first] &+= count }
        offset = first
        counts = merged
    }

    package mutating func increment(_ index: Int) {
        if counts.isEmpty {
            offset = index
            counts = [1]
            return
        }
        if index < offset {
            counts.insert(contentsOf: repeatElement(0, count: offset - index), at: 0)
            offset = index
        } else if index >= offset + counts.count {
            counts.append(contentsOf: repeatElement(0, count: index - offset - counts.count + 1))
        }
        counts[index - offset] &+= 1
    }
}

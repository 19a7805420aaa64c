/// A few bits of each key that was set: most new keys are seen to be new without looking at the others.
struct KeySketch {
    private var bits: UInt64 = 0

    /// Returns whether the key is certainly new.
    @inline(__always)
    mutating func insert(_ key: UnsafeRawBufferPointer) -> Bool {
        guard let first = key.first, let last = key.last else { return false }
        let bit = (UInt64(first) &* 31 &+ UInt64(last) &* 7 &+ UInt64(truncatingIfNeeded: key.count)) & 63
        let isNew = bits & (1 &<< bit) == 0
        bits |= 1 &<< bit
        return isNew
    }
}

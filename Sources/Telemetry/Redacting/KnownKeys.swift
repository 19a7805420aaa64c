import Synchronization

/// What was found out about keys before: a program has a few dozen of them and says them all day.
///
/// 1. The ends of a key lead to two places where it may stand.
/// 2. A place is filled once and never changes: whoever reads it needs no lock.
/// 3. A key that finds others in both is searched each time.
///
/// Bounds: Limits.knownKeysMax keys of at most Limits.knownKeyBytesMax bytes; others are not kept.
/// Shape:  bare memory that is made once and never given back.
struct KnownKeys: @unchecked Sendable {
    private typealias Place = Atomic<UnsafePointer<Known>?>
    private let places: UnsafeMutablePointer<Place>

    private struct Known {
        let ends: Ends
        let text: UnsafeRawPointer
        let isHidden: Bool
    }

    init() {
        places = .allocate(capacity: Limits.knownKeysMax)
        for number in 0..<Limits.knownKeysMax { (places + number).initialize(to: Place(nil)) }
    }

    /// Whether the key's value is a secret; `find` says so of one that is not known.
    @inline(__always)
    func hides(_ key: UnsafeRawBufferPointer, _ find: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        guard let start = key.baseAddress, key.count <= Limits.knownKeyBytesMax else { return find(key) }
        let ends = Ends(start, key.count)
        for step in 0..<2 {
            let number = ends.place ^ step
            guard let known = places[number].load(ordering: .acquiring) else {
                return learn(start, ends, at: number, isHidden: find(key))
            }
            if known.pointee.ends == ends, ends.areAll(of: start, known.pointee.text) { return known.pointee.isHidden }
        }
        return find(key)
    }

    @inline(never)
    private func learn(_ key: UnsafeRawPointer, _ ends: Ends, at number: Int, isHidden: Bool) -> Bool {
        let text = UnsafeMutableRawPointer.allocate(byteCount: ends.count, alignment: 1)
        text.copyMemory(from: key, byteCount: ends.count)
        let known = UnsafeMutablePointer<Known>.allocate(capacity: 1)
        known.initialize(to: Known(ends: ends, text: UnsafeRawPointer(text), isHidden: isHidden))
        let (isKept, _) = places[number].compareExchange(
            expected: nil, desired: UnsafePointer(known), ordering: .releasing)
        if !isKept {
            // Somebody else was quicker.
            known.deallocate()
            text.deallocate()
        }
        return isHidden
    }

    /// The first and the last eight bytes of a text, or all there are.
    private struct Ends: Equatable {
        let first: UInt64
        let last: UInt64
        let count: Int

        @inline(__always)
        init(_ text: UnsafeRawPointer, _ count: Int) {
            self.count = count
            if count >= 8 {
                first = text.loadUnaligned(as: UInt64.self)
                last = text.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            } else if count >= 4 {
                first = UInt64(text.loadUnaligned(as: UInt32.self))
                last = UInt64(text.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
            } else if count > 0 {
                let middle = text.load(fromByteOffset: count &>> 1, as: UInt8.self)
                first = UInt64(text.load(as: UInt8.self)) | UInt64(middle) &<< 8
                last = UInt64(text.load(fromByteOffset: count &- 1, as: UInt8.self))
            } else {
                first = 0
                last = 0
            }
        }

        /// Source: multiplicative hashing, Knuth, The Art of Computer Programming, volume 3, 6.4.
        @inline(__always)
        var place: Int {
            let mixed = (first &+ (last &<< 1) &+ UInt64(truncatingIfNeeded: count)) &* 0x9E37_79B9_7F4A_7C15
            return Int(truncatingIfNeeded: mixed &>> 32) & (Limits.knownKeysMax &- 1)
        }

        /// Whether two texts that have these ends are alike between them too.
        @inline(__always)
        func areAll(of text: UnsafeRawPointer, _ other: UnsafeRawPointer) -> Bool {
            var place = 8
            while place < count &- 8 {
                let word = text.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                if word != other.loadUnaligned(fromByteOffset: place, as: UInt64.self) { return false }
                place &+= 8
            }
            return true
        }
    }
}

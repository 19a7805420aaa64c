import OTLP

/// Says of a hash that it is certainly not, or probably, among those it was made from.
///
/// Shape:  a split-block Bloom filter: blocks of 256 bits; a hash picks one block and sets one bit in each of its eight words.
/// Bounds: at 10 bits an entry about 1 in 80 strangers passes, at 16 bits 1 in 1,000.
/// Source: Apache Parquet, split block Bloom filters; Documentation/Formats/block.md.
struct MembershipFilter {
    private var words: [UInt32]

    private static let wordsPerBlock = 8
    private static let salts: [UInt32] = [
        0x47B6_137B, 0x4497_4D91, 0x8824_AD5B, 0xA2B7_289D, 0x7054_95C7, 0x2DF1_424B, 0x9EFC_4947, 0x5C6B_FB31,
    ]

    init(_ hashes: some Collection<UInt64>, bitsPerEntry: Int) {
        let blocks = max(1, (hashes.count * bitsPerEntry + 255) / 256)
        words = Array(repeating: 0, count: hashes.isEmpty ? 0 : blocks * MembershipFilter.wordsPerBlock)
        for hash in hashes {
            let first = firstWord(of: hash)
            let key = UInt32(truncatingIfNeeded: hash)
            for word in 0..<MembershipFilter.wordsPerBlock {
                words[first + word] |= MembershipFilter.bit(key, word)
            }
        }
    }

    func mayContain(_ hash: UInt64) -> Bool {
        guard !words.isEmpty else { return false }
        let first = firstWord(of: hash)
        let key = UInt32(truncatingIfNeeded: hash)
        for word in 0..<MembershipFilter.wordsPerBlock {
            let bit = MembershipFilter.bit(key, word)
            if words[first + word] & bit == 0 { return false }
        }
        return true
    }

    /// The same of a filter that is asked once, as its bytes stand.
    static func mayContain(_ hash: UInt64, in bytes: ByteSpan) -> Bool {
        let count = bytes.count / 32 * wordsPerBlock
        guard count > 0 else { return false }
        let first = firstWord(of: hash, wordCount: count)
        let key = UInt32(truncatingIfNeeded: hash)
        for word in 0..<wordsPerBlock {
            let stored = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: 4 * (first + word), as: UInt32.self)
            if stored.littleEndian & bit(key, word) == 0 { return false }
        }
        return true
    }

    private func firstWord(of hash: UInt64) -> Int {
        MembershipFilter.firstWord(of: hash, wordCount: words.count)
    }

    private static func firstWord(of hash: UInt64, wordCount: Int) -> Int {
        let blocks = UInt64(wordCount / MembershipFilter.wordsPerBlock)
        return Int(truncatingIfNeeded: ((hash >> 32) &* blocks) >> 32) * MembershipFilter.wordsPerBlock
    }

    private static func bit(_ key: UInt32, _ word: Int) -> UInt32 { 1 &<< ((key &* salts[word]) &>> 27) }

    // MARK: As bytes

    var bytes: [UInt8] {
        words.withUnsafeBytes { Array($0) }
    }

    init(bytes: ByteSpan) {
        let count = bytes.count / 32 * MembershipFilter.wordsPerBlock
        words = (0..<count).map {
            bytes.bytes.unsafeLoadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self).littleEndian
        }
    }
}

/// Hashes that are stored in files: the same in every process, for ever.
enum StableHash {
    /// Multiply-and-fold over eight bytes a step. Not for tables that an outsider fills.
    static func of(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        var state = seed ^ 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
        var offset = 0
        while offset &+ 8 <= bytes.count {
            state = fold(state ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian)
            offset &+= 8
        }
        var rest: UInt64 = 0
        while offset < bytes.count {
            rest = rest &<< 8 | UInt64(bytes[offset])
            offset &+= 1
        }
        return fold(fold(state ^ rest) ^ 0xD6E8_FEB8_6659_FD93)
    }

    static func of(_ text: String, seed: UInt64 = 0) -> UInt64 {
        var text = text
        return text.withUTF8 { of(UnsafeRawBufferPointer($0), seed: seed) }
    }

    static func of(_ trace: TraceID) -> UInt64 {
        fold(fold(trace.high ^ 0x9E37_79B9_7F4A_7C15) ^ trace.low ^ 0xD6E8_FEB8_6659_FD93)
    }

    private static func fold(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return product.high ^ product.low
    }
}

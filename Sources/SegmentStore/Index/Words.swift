import OTLP

/// The words of a text: what a search for words and phrases finds, whatever their case.
///
/// A word is a run of ASCII letters, digits and `_`, and of all characters beyond ASCII.
enum Words {
    /// Shorter ones stand everywhere and are not in the filters.
    static let filteredBytesMin = 3

    private static let seed: UInt64 = 0x776F_7264

    /// Calls `body` with the hash of each word that is long enough for the filters.
    @inline(__always)
    static func forEachHash(in text: UnsafeRawBufferPointer, _ body: (UInt64) -> Void) {
        var offset = 0
        while offset < text.count {
            var byte = text[offset]
            guard isWordByte(byte) else {
                offset &+= 1
                continue
            }
            let start = offset
            var state = seed
            var isASCII = true
            while offset < text.count {
                byte = text[offset]
                guard isWordByte(byte) else { break }
                if byte >= 0x80 { isASCII = false }
                state = (state ^ UInt64(lowercased(byte))) &* 0x100_0000_01B3
                offset &+= 1
            }
            guard offset &- start >= filteredBytesMin else { continue }
            if !isASCII { state = hashOfFolded(UnsafeRawBufferPointer(rebasing: text[start..<offset])) }
            body(finished(state))
        }
    }

    /// The hashes of a phrase's words.
    static func hashes(of phrase: String) -> [UInt64] {
        var phrase = phrase
        var hashes: [UInt64] = []
        phrase.withUTF8 { forEachHash(in: UnsafeRawBufferPointer($0)) { hashes.append($0) } }
        return hashes
    }

    @inline(__always)
    static func isWordByte(_ byte: UInt8) -> Bool {
        let letter = (byte | 0x20) &- 0x61
        return letter < 26 || byte &- 0x30 < 10 || byte == 0x5F || byte >= 0x80
    }

    /// ASCII letters in lower case; everything else as it is.
    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    private static func hashOfFolded(_ word: UnsafeRawBufferPointer) -> UInt64 {
        String(decoding: word, as: UTF8.self).lowercased().utf8
            .reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// Spreads what FNV leaves in the low bits.
    private static func finished(_ state: UInt64) -> UInt64 {
        let product = state.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }
}

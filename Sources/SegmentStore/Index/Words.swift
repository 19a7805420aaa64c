import OTLP

/// The words of a text: what a search for words and phrases finds, whatever their case.
///
/// A word is a run of ASCII letters, digits and `_`, and of all characters beyond ASCII.
enum Words {
    /// Shorter ones stand everywhere and are not in the filters.
    static let filteredBytesMin = 3

    /// Calls `body` with the hash of each word that is long enough for the filters.
    ///
    /// Cost: one look at a table a byte, one multiplication for eight.
    @inline(__always)
    static func forEachHash(in text: UnsafeRawBufferPointer, _ body: (UInt64) -> Void) {
        folded.withUnsafeBufferPointer { folded in
            var offset = 0
            while offset < text.count {
                var byte = folded[Int(text[offset])]
                guard byte != 0 else {
                    offset &+= 1
                    continue
                }
                let start = offset
                var word = WordHash()
                var seen: UInt8 = 0
                repeat {
                    word.append(byte)
                    seen |= byte
                    offset &+= 1
                    guard offset < text.count else { break }
                    byte = folded[Int(text[offset])]
                } while byte != 0
                guard offset &- start >= filteredBytesMin else { continue }
                if seen < 0x80 {
                    body(word.finished)
                } else {
                    body(hashOfFolded(UnsafeRawBufferPointer(rebasing: text[start..<offset])))
                }
            }
        }
    }

    /// By byte: itself, as a part of a word and in lower case; 0 when it is no part of one.
    private static let folded: [UInt8] = (0...255).map { isWordByte($0) ? lowercased($0) : 0 }

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
        var hash = WordHash()
        for byte in String(decoding: word, as: UTF8.self).lowercased().utf8 { hash.append(byte) }
        return hash.finished
    }
}

/// The hash of a word, byte after byte. Stored in files: the same for ever.
private struct WordHash {
    private var state: UInt64 = 0x776F_7264
    private var chunk: UInt64 = 0
    private var count = 0

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        chunk = chunk &<< 8 | UInt64(byte)
        count &+= 1
        if count & 7 == 0 {
            state = WordHash.fold(state ^ chunk)
            chunk = 0
        }
    }

    @inline(__always)
    var finished: UInt64 { WordHash.fold(WordHash.fold(state ^ chunk) ^ UInt64(count)) }

    @inline(__always)
    private static func fold(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }
}

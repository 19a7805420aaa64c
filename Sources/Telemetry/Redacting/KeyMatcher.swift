/// Finds words in keys: all of them in one pass, a table look-up a byte.
///
/// 1. Put every word into a tree of letters.
/// 2. For each node find the longest proper end that is a node too; its words are found here as well.
/// 3. Fill in where every letter leads from every node, so that matching never goes back.
///
/// Bounds: words beyond Limits.redactionStatesMax letters in all are left out and said.
/// Source: Aho and Corasick, Efficient string matching, 1975.
final class KeyMatcher: Sendable {
    /// Of each node, where each class of letters leads.
    private let next: [UInt16]
    private let found: [Found]

    private struct Found: OptionSet {
        let rawValue: UInt8
        static let part = Found(rawValue: 1)
        static let end = Found(rawValue: 2)
    }

    init(parts: [String], ends: [String]) {
        var tree = Tree()
        for word in parts { tree.insert(word, .part) }
        for word in ends { tree.insert(word, .end) }
        tree.complete()
        next = tree.next
        found = tree.found
    }

    @inline(__always)
    func matches(_ key: UnsafeRawBufferPointer) -> Bool {
        next.withUnsafeBufferPointer { next in
            found.withUnsafeBufferPointer { found in
                var node = 0
                for byte in key {
                    let letter = Self.letter(byte)
                    if letter == Self.separator { continue }
                    node = Int(next[node &* Self.letterCount &+ letter])
                    if found[node].contains(.part) { return true }
                }
                return found[node].contains(.end)
            }
        }
    }

    private static let letterCount = 37
    private static let separator = 37

    /// 0 for what no word holds, 1…26 for letters of either case, 27…36 for digits, 37 for what is passed over.
    @inline(__always)
    private static func letter(_ byte: UInt8) -> Int {
        let lower = (byte | 0x20) &- UInt8(ascii: "a")
        if lower < 26 { return Int(lower) &+ 1 }
        let digit = byte &- UInt8(ascii: "0")
        if digit < 10 { return Int(digit) &+ 27 }
        switch byte {
        case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: " "):
            return separator
        default: return 0
        }
    }

    private struct Tree {
        var next = [UInt16](repeating: 0, count: KeyMatcher.letterCount)
        var found: [Found] = [[]]

        mutating func insert(_ word: String, _ kind: Found) {
            var node = 0
            for byte in word.utf8 {
                let letter = KeyMatcher.letter(byte)
                if letter == KeyMatcher.separator { continue }
                if next[node * KeyMatcher.letterCount + letter] == 0 {
                    guard found.count < Limits.redactionStatesMax else {
                        Diagnostics.say(
                            "cannot redact keys with \(word): got too many words; give fewer or shorter ones")
                        return
                    }
                    next[node * KeyMatcher.letterCount + letter] = UInt16(found.count)
                    next += repeatElement(0, count: KeyMatcher.letterCount)
                    found.append([])
                }
                node = Int(next[node * KeyMatcher.letterCount + letter])
            }
            if node > 0 { found[node].insert(kind) }
        }

        mutating func complete() {
            var ends = [Int](repeating: 0, count: found.count)
            var queue = (0..<KeyMatcher.letterCount).map { Int(next[$0]) }.filter { $0 > 0 }
            var place = 0
            while place < queue.count {
                let node = queue[place]
                place += 1
                found[node].formUnion(found[ends[node]])
                for letter in 0..<KeyMatcher.letterCount {
                    let way = node * KeyMatcher.letterCount + letter
                    let shorter = Int(next[ends[node] * KeyMatcher.letterCount + letter])
                    if next[way] == 0 {
                        next[way] = UInt16(shorter)
                    } else {
                        ends[Int(next[way])] = shorter
                        queue.append(Int(next[way]))
                    }
                }
            }
        }
    }
}

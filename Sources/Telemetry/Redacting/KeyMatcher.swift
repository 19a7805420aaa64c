/// Finds words in keys: all of them in one pass, a table look-up a byte, and once for each key that there is.
///
/// 1. Put every word into a tree of letters.
/// 2. For each node find the longest proper end that is a node too; its words are found here as well.
/// 3. Fill in where every letter leads from every node, so that matching never goes back.
///
/// Bounds: words beyond Limits.redactionStatesMax letters in all are left out and said.
/// Source: Aho and Corasick, Efficient string matching, 1975.
/// Shape:  bare memory that is made once and never given back.
struct KeyMatcher: @unchecked Sendable {
    /// Of each node, where each letter leads: to the first way of another node, and whether a word is found there.
    private let ways: UnsafePointer<UInt32>
    /// Of each byte, which letter it is.
    private let letters: UnsafePointer<UInt8>
    private let known = KnownKeys()

    private struct Found: OptionSet {
        let rawValue: UInt8
        static let part = Found(rawValue: 1)
        static let end = Found(rawValue: 2)
    }

    init(parts: [String], ends: [String]) {
        // Room for every letter: making it larger again and again is what a cold start would notice.
        var tree = Tree(letterCount: (parts + ends).reduce(0) { $0 + $1.utf8.count })
        for word in parts { tree.insert(word, .part) }
        for word in ends { tree.insert(word, .end) }
        tree.complete()
        ways = Self.keep(tree.wayCount) { tree.way($0) }
        letters = Self.keep(256) { UInt8(Self.letter(UInt8(truncatingIfNeeded: $0))) }
    }

    private static func keep<Element: BitwiseCopyable>(
        _ count: Int, _ element: (Int) -> Element
    ) -> UnsafePointer<Element> {
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: count)
        for place in 0..<count { (memory + place).initialize(to: element(place)) }
        return UnsafePointer(memory)
    }

    @inline(__always)
    func matches(_ key: UnsafeRawBufferPointer) -> Bool {
        known.hides(key, search)
    }

    @inline(never)
    private func search(_ key: UnsafeRawBufferPointer) -> Bool {
        var way: UInt32 = 0
        for byte in key {
            way = ways[Int(way & Self.nodeMask &+ UInt32(letters[Int(byte)]))]
            if way & Self.partFlag != 0 { return true }
        }
        return way & Self.endFlag != 0
    }

    private static let partFlag: UInt32 = 1 << 31
    private static let endFlag: UInt32 = 1 << 30
    private static let nodeMask: UInt32 = ~(partFlag | endFlag)
    private static let letterCount = 38
    /// What stands between words and is passed over: it leads back to where it came from.
    private static let separator = 37

    /// 0 for what no word holds, 1…26 for letters of either case, 27…36 for digits, 37 for what is passed over.
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
        private var next = [UInt16](repeating: 0, count: KeyMatcher.letterCount)
        private var found: [Found] = [[]]

        init(letterCount: Int) {
            let nodesMax = min(letterCount + 1, Limits.redactionStatesMax)
            next.reserveCapacity(nodesMax * KeyMatcher.letterCount)
            found.reserveCapacity(nodesMax)
        }

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
            var queue = (0..<KeyMatcher.separator).map { Int(next[$0]) }.filter { $0 > 0 }
            var place = 0
            while place < queue.count {
                let node = queue[place]
                place += 1
                found[node].formUnion(found[ends[node]])
                for letter in 0..<KeyMatcher.separator {
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

        /// What `matches` walks, way by way.
        var wayCount: Int { next.count }

        func way(_ way: Int) -> UInt32 {
            let from = way / KeyMatcher.letterCount
            let node = way % KeyMatcher.letterCount == KeyMatcher.separator ? from : Int(next[way])
            return UInt32(node * KeyMatcher.letterCount) | (found[node].contains(.part) ? KeyMatcher.partFlag : 0)
                | (found[node].contains(.end) ? KeyMatcher.endFlag : 0)
        }
    }
}

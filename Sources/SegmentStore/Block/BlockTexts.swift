import OTLP

/// Every text of a block, once, with what tells where it will stand.
struct BlockTexts {
    private var dictionary = ByteDictionary()
    /// By code: the group and the column that brought it, and whether another group has it too.
    private var origins: [Origin] = []
    /// By code: its number in the block, once it has one.
    private(set) var numbers: [UInt32] = []
    private(set) var sharedCount: UInt32 = 0
    /// By column: the code of its last text; neighbours are often the same, and comparing them costs less than looking up.
    private var lastCodes: [UInt32] = []

    private struct Origin {
        var group: Int32
        var column: Int32
        var isShared: Bool
    }

    static let unnumbered = UInt32.max

    @inline(__always)
    mutating func code(of text: ByteSpan, group: Int, column: Int) -> UInt32 {
        if column >= lastCodes.count {
            lastCodes += repeatElement(BlockTexts.unnumbered, count: column + 64 - lastCodes.count)
        }
        let last = lastCodes[column]
        if last != BlockTexts.unnumbered, dictionary.isEqual(last, text) {
            note(last, group: group)
            return last
        }
        let code = dictionary.code(of: text)
        lastCodes[column] = code
        if Int(code) == origins.count {
            origins.append(
                Origin(
                    group: Int32(truncatingIfNeeded: group), column: Int32(truncatingIfNeeded: column), isShared: false)
            )
        } else {
            note(code, group: group)
        }
        return code
    }

    /// A text that is there already is shared when another group brought it.
    @inline(__always)
    private mutating func note(_ code: UInt32, group: Int) {
        if origins[Int(code)].group != Int32(truncatingIfNeeded: group) { origins[Int(code)].isShared = true }
    }

    /// Gives the texts of several groups their numbers: column by column, so that those of one column are neighbours.
    mutating func numberShared() -> [(column: Int, texts: TextList.Builder)] {
        numbers = Array(repeating: BlockTexts.unnumbered, count: origins.count)
        var byColumn: [Int32: [UInt32]] = [:]
        for (code, origin) in origins.enumerated() where origin.isShared {
            byColumn[origin.column, default: []].append(UInt32(code))
        }
        var lists: [(column: Int, texts: TextList.Builder)] = []
        for (column, codes) in byColumn.sorted(by: { $0.key < $1.key }) {
            var list = TextList.Builder()
            for code in codes {
                numbers[Int(code)] = sharedCount
                sharedCount += 1
                withBytes(of: code) { list.append($0) }
            }
            lists.append((Int(column), list))
        }
        return lists
    }

    /// Gives a text of one group its number. Numbers of all groups begin behind those of the shared texts.
    mutating func number(_ code: Int, _ number: UInt32) { numbers[code] = number }

    func withBytes(of code: UInt32, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        dictionary.withBytes(of: code, body)
    }
}

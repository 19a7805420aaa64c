import OTLP

/// Encodes the columns of one group after another.
///
/// 1. A column of integers is packed.
/// 2. A column of texts becomes numbers: straight, when few shared texts stand in it; else through the list of the texts that it
///    has in this group. What the block has not yet is written to the group's own texts, column by column.
/// 3. On the way each distinct text leaves its hash, or those of its words, for the group's filter.
struct GroupEncoder {
    /// What the encoder must know of a column.
    struct ColumnKind {
        var signal: Signal
        var isText: Bool
        var search: Search?
    }

    /// How the texts of a column are found again.
    enum Search {
        /// As a whole, under the key that the seed is made of.
        case values(seed: UInt64)
        /// By their words.
        case words
        /// By the words of the strings in a structured value.
        case wordsOfElements(AttributeView.Kind)
    }

    private var texts: BlockTexts
    private let kinds: [ColumnKind?]
    private let zstandard: Zstandard
    private var hashes = HashSet()
    /// Where a text stands in the list of the column that is being encoded: valid while its stamp is that column's.
    private var places: [UInt32]
    private var stamps: [UInt32]
    private var stamp: UInt32 = 0
    private var ownCount: UInt32 = 0

    init(texts: BlockTexts, kinds: [ColumnKind?], zstandard: Zstandard) {
        self.texts = texts
        self.kinds = kinds
        self.zstandard = zstandard
        places = Array(repeating: 0, count: texts.numbers.count)
        stamps = Array(repeating: 0, count: texts.numbers.count)
    }

    /// The parts of one group.
    mutating func encode(_ columns: [[UInt64]], group: Int) -> [(number: Int, bytes: [UInt8])] {
        hashes.removeAll()
        ownCount = 0
        var sets = [ColumnSet.Builder](repeating: ColumnSet.Builder(), count: 3)
        var own = ColumnSet.Builder()
        var ownCounts: [UInt64] = []
        for number in columns.indices where !columns[number].isEmpty {
            guard let kind = kinds[number] else { continue }
            let signal = Int(kind.signal.rawValue) - 1
            if kind.isText {
                var list = TextList.Builder()
                sets[signal].append(number, encode(texts: columns[number], kind.search, new: &list))
                if !list.isEmpty {
                    own.append(number, list.encoded)
                    ownCounts += [UInt64(number), UInt64(list.count)]
                }
            } else {
                sets[signal].append(number, columns[number])
            }
        }
        var parts: [(number: Int, bytes: [UInt8])] = []
        for signal in Signal.allCases {
            let set = sets[Int(signal.rawValue) - 1]
            if !set.isEmpty { parts.append((BlockPart.rows(of: signal, group: group), set.encoded(zstandard))) }
        }
        if !own.isEmpty {
            own.append(NumberedTexts.counts, ownCounts, .key)
            parts.append((BlockPart.ownTexts(group: group), own.encoded(zstandard)))
        }
        return parts
    }

    /// What the group that was encoded last can be asked for.
    func filter() -> MembershipFilter {
        MembershipFilter(hashes.elements, bitsPerEntry: Limits.valueFilterBits)
    }

    /// A column's texts. Straight (0): their numbers. Listed (1): the column's list, with 0 for the next of the group's own
    /// texts and else the number + 1; then for each row 0 for the next of the list, 1 for the text of the row before, else
    /// 2 + its place in the list.
    private mutating func encode(
        texts codes: [UInt64], _ search: Search?, new: inout TextList.Builder
    ) -> [UInt8] {
        stamp += 1
        var list: [UInt32] = []
        var rows = [UInt64](repeating: 1, count: codes.count)
        var previous = UInt64.max
        var isShared = true
        for (row, code) in codes.enumerated() where code != previous {
            previous = code
            let text = Int(truncatingIfNeeded: code)
            if stamps[text] == stamp {
                rows[row] = UInt64(places[text]) &+ 2
                continue
            }
            stamps[text] = stamp
            places[text] = UInt32(truncatingIfNeeded: list.count)
            rows[row] = 0
            list.append(UInt32(truncatingIfNeeded: text))
            if texts.numbers[text] >= texts.sharedCount { isShared = false }
            if let search {
                GroupEncoder.insertHashes(of: UInt32(truncatingIfNeeded: text), in: texts, search, into: &hashes)
            }
        }
        var writer = ProtobufWriter(reservingCapacity: codes.count)
        writer.varint(UInt64(codes.count))
        if isShared, isNarrow(list) {
            writer.bytes.append(0)
            PackedIntegers.encode(codes.map { UInt64(texts.numbers[Int($0)]) }, into: &writer)
        } else {
            writer.bytes.append(1)
            var numbers: [UInt64] = []
            numbers.reserveCapacity(list.count)
            for code in list { numbers.append(number(of: code, new: &new)) }
            writer.varint(UInt64(numbers.count))
            PackedIntegers.encode(numbers, into: &writer)
            PackedIntegers.encode(rows, into: &writer)
        }
        return writer.bytes
    }

    /// Whether the numbers of shared texts fit into a byte when counted from the least.
    private func isNarrow(_ list: [UInt32]) -> Bool {
        var least = UInt32.max
        var greatest: UInt32 = 0
        for code in list {
            least = min(least, texts.numbers[Int(code)])
            greatest = max(greatest, texts.numbers[Int(code)])
        }
        return greatest - least < 256
    }

    /// 0 for a text that the group brings in with this column; else its number + 1.
    private mutating func number(of code: UInt32, new: inout TextList.Builder) -> UInt64 {
        let number = texts.numbers[Int(code)]
        guard number == BlockTexts.unnumbered else { return UInt64(number) + 1 }
        texts.number(Int(code), texts.sharedCount + ownCount)
        ownCount += 1
        texts.withBytes(of: code) { new.append($0) }
        return 0
    }

    private static func insertHashes(
        of code: UInt32, in texts: borrowing BlockTexts, _ search: Search, into hashes: inout HashSet
    ) {
        texts.withBytes(of: code) { text in
            let bytes = UnsafeRawBufferPointer(text)
            switch search {
            case .values(let seed): hashes.insert(StableHash.of(bytes, seed: seed))
            case .words: Words.forEachHash(in: bytes) { hashes.insert($0) }
            case .wordsOfElements(let kind):
                StringElements.forEach(of: bytes, kind) { element in
                    Words.forEachHash(in: element) { hashes.insert($0) }
                }
            }
        }
    }
}

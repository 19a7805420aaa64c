import OTLP

/// Texts in a row, each with its own bytes.
///
/// Shape:  count, then how they are kept: 0 is *plain*, the lengths as `PackedIntegers` and the bytes of all; 1 is *patterned*.
///         Ids (hexadecimal, UUID, base32, base64, with any prefix) are of one length, agree in some places, and use few
///         different characters in the others. A patterned list says that once and keeps each text as the numbers of its
///         characters, in 4 to 6 bits each. 2 is *by length*: ids of several kinds, the lengths, then those of each length
///         together, patterned or plain.
/// Errors: `WireError` for what cannot have been written.
/// Source: Documentation/Formats/block.md.
struct TextList {
    /// The texts, among other bytes of the frame that they came in.
    private let frame: Frame
    /// Where the first text begins.
    private let start: Int
    /// Where each text ends.
    private let ends: [Int]

    var count: Int { ends.count }

    @inline(__always)
    func withBytes<Result>(_ place: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let start = place == 0 ? start : ends[place - 1]
        return frame.bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start..<ends[place]])) }
    }

    /// What a test says of each text.
    func map(_ test: (UnsafeRawBufferPointer) -> Bool) -> [Bool] {
        frame.bytes.withUnsafeBytes { bytes in
            var start = start
            return ends.map { end in
                defer { start = end }
                return test(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            }
        }
    }

    /// In which of the texts a phrase is. They are searched as one, so that a text in which nothing is costs nothing by itself.
    func contain(_ phrase: PhrasePattern) -> [Bool] {
        guard phrase.isSearchedAsBytes else { return map(phrase.isIn) }
        var found = [Bool](repeating: false, count: ends.count)
        frame.bytes.withUnsafeBytes { bytes in
            let bytes = UnsafeRawBufferPointer(rebasing: bytes[..<(ends.last ?? start)])
            var text = 0
            var offset = start
            while let place = phrase.next(in: bytes, from: offset) {
                while ends[text] <= place { text += 1 }
                let start = text == 0 ? start : ends[text - 1]
                if phrase.stands(at: place, in: bytes, start..<ends[text]) {
                    found[text] = true
                    offset = ends[text]
                } else {
                    offset = place + 1
                }
            }
        }
        return found
    }

    func array(_ place: Int) -> [UInt8] {
        withBytes(place) { Array($0) }
    }

    // MARK: Writing

    /// A list to be written: bytes and ends, filled one text after another.
    struct Builder {
        private(set) var bytes: [UInt8] = []
        private(set) var ends: [Int] = []

        var isEmpty: Bool { ends.isEmpty }
        var count: Int { ends.count }

        mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
            bytes.append(contentsOf: text)
            ends.append(bytes.count)
        }

        var encoded: EncodedColumn {
            var writer = ProtobufWriter(reservingCapacity: bytes.count + ends.count + 16)
            writer.varint(UInt64(ends.count))
            let lists = byLength
            let patterns = lists.map { TextPattern($0.bytes, length: $0.length) }
            if lists.count == 1, let pattern = patterns[0] {
                writer.bytes.append(Kind.patterned)
                pattern.encode(bytes, into: &writer)
                return EncodedColumn(bytes: writer.bytes)
            }
            guard
                zip(lists, patterns).contains(where: { $0.bytes.count >= Limits.patternedBytesMin && $1?.isID == true })
            else {
                writer.bytes.append(Kind.plain)
                PackedIntegers.encode(lengths, into: &writer)
                writer.bytes += bytes
                return EncodedColumn(bytes: writer.bytes, content: .texts)
            }
            writer.bytes.append(Kind.byLength)
            PackedIntegers.encode(lengths, into: &writer)
            var column = EncodedColumn(bytes: [])
            for (list, pattern) in zip(lists, patterns) {
                column.cuts.append(writer.bytes.count)
                writer.bytes.append(pattern == nil ? Kind.plain : Kind.patterned)
                if let pattern {
                    pattern.encode(list.bytes, into: &writer)
                } else {
                    writer.bytes += list.bytes
                }
            }
            column.bytes = writer.bytes
            return column
        }

        private var lengths: [UInt64] {
            var start = 0
            return ends.map { end in
                defer { start = end }
                return UInt64(end - start)
            }
        }

        /// The texts of each length, one behind the other, in order of the lengths; none when the lengths are not those of ids.
        private var byLength: [(length: Int, bytes: [UInt8])] {
            var lists: [(length: Int, bytes: [UInt8])] = []
            var start = 0
            for end in ends {
                let length = end - start
                let place: Int
                if let known = lists.firstIndex(where: { $0.length == length }) {
                    place = known
                } else {
                    guard length > 0, lists.count < Limits.textLengthsMax else { return [] }
                    place = lists.count
                    lists.append((length, []))
                }
                lists[place].bytes += bytes[start..<end]
                start = end
            }
            return lists.sorted { $0.length < $1.length }
        }
    }

    // MARK: Reading

    init() {
        frame = .empty
        start = 0
        ends = []
    }

    /// Texts that are kept as they are stay in the frame, and are not copied.
    init(_ cursor: inout WireCursor, in frame: Frame) throws(WireError) {
        let bytes = frame.bytes
        let column = bytes.span
        let count = try cursor.varint(in: column)
        guard count <= UInt64(Limits.columnValuesMax), cursor.position < cursor.end else {
            throw WireError(.lengthBeyondMessage, at: cursor.position)
        }
        let kind = column[cursor.position]
        cursor.position += 1
        switch kind {
        case Kind.patterned:
            let pattern = try TextPattern(&cursor, in: column)
            self.frame = Frame(try pattern.decode(Int(count), from: &cursor, in: column))
            start = 0
            ends = (0..<Int(count)).map { ($0 + 1) * pattern.length }
        case Kind.byLength:
            let lengths = try PackedIntegers.decode(Int(count), from: &cursor, in: column)
            self.frame = Frame(try TextList.texts(of: lengths, from: &cursor, in: column))
            start = 0
            var end = 0
            ends = lengths.map { length in
                end += Int(length)
                return end
            }
        default:
            let lengths = try PackedIntegers.decode(Int(count), from: &cursor, in: column)
            var ends: [Int] = []
            ends.reserveCapacity(lengths.count)
            start = cursor.position
            for length in lengths {
                guard length <= UInt64(cursor.end - cursor.position) else {
                    throw WireError(.lengthBeyondMessage, at: cursor.position)
                }
                cursor.position += Int(length)
                ends.append(cursor.position)
            }
            self.frame = frame
            self.ends = ends
        }
    }

    /// The texts that are kept by length, in their order, one behind the other.
    private static func texts(
        of lengths: [UInt64], from cursor: inout WireCursor, in column: ByteSpan
    ) throws(WireError) -> [UInt8] {
        var lists: [(length: UInt64, count: Int, bytes: [UInt8], next: Int)] = []
        var byteCount = 0
        for length in lengths {
            guard (1...UInt64(Limits.columnBytesMax)).contains(length), byteCount <= Limits.columnBytesMax else {
                throw WireError(.lengthBeyondMessage, at: cursor.position)
            }
            byteCount += Int(length)
            if let known = lists.firstIndex(where: { $0.length == length }) {
                lists[known].count += 1
            } else {
                guard lists.count < Limits.textLengthsMax else {
                    throw WireError(.lengthBeyondMessage, at: cursor.position)
                }
                lists.append((length, 1, [], 0))
            }
        }
        for place in lists.indices.sorted(by: { lists[$0].length < lists[$1].length }) {
            let (length, count) = (Int(lists[place].length), lists[place].count)
            guard cursor.position < cursor.end else { throw WireError(.truncated, at: cursor.position) }
            let kind = column[cursor.position]
            cursor.position += 1
            if kind == Kind.patterned {
                let pattern = try TextPattern(&cursor, in: column)
                guard pattern.length == length else { throw WireError(.lengthBeyondMessage, at: cursor.position) }
                lists[place].bytes = try pattern.decode(count, from: &cursor, in: column)
            } else {
                guard count * length <= cursor.end - cursor.position else {
                    throw WireError(.lengthBeyondMessage, at: cursor.position)
                }
                let range = WireRange(start: UInt32(cursor.position), count: UInt32(count * length))
                lists[place].bytes = column.array(range)
                cursor.position = range.upperBound
            }
        }
        var texts: [UInt8] = []
        texts.reserveCapacity(byteCount)
        for length in lengths {
            guard let place = lists.firstIndex(where: { $0.length == length }) else { continue }
            let next = lists[place].next
            lists[place].next = next + Int(length)
            texts += lists[place].bytes[next..<next + Int(length)]
        }
        return texts
    }

    /// How texts are kept, as it is written.
    private enum Kind {
        static let plain: UInt8 = 0
        static let patterned: UInt8 = 1
        static let byLength: UInt8 = 2
    }
}

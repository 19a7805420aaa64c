import OTLP

/// Texts in a row, each with its own bytes.
///
/// Shape:  count, then how they are kept: 0 is *plain*, the lengths as `PackedIntegers` and the bytes of all; 1 is *patterned*.
///         Ids (hexadecimal, UUID, base32, base64, with any prefix) are of one length, agree in some places, and use few
///         different characters in the others. A patterned list says that once and keeps each text as the numbers of its
///         characters, in 3 to 6 bits each.
/// Errors: `WireError` for what cannot have been written.
/// Source: Documentation/Formats/block.md.
struct TextList {
    private var bytes: [UInt8]
    /// Where each text ends.
    private var ends: [Int]

    var count: Int { ends.count }

    @inline(__always)
    func withBytes<Result>(_ place: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let start = place == 0 ? 0 : ends[place - 1]
        return bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start..<ends[place]])) }
    }

    /// What a test says of each text.
    func map(_ test: (UnsafeRawBufferPointer) -> Bool) -> [Bool] {
        bytes.withUnsafeBytes { bytes in
            var start = 0
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
        bytes.withUnsafeBytes { bytes in
            var text = 0
            var offset = 0
            while let place = phrase.next(in: bytes, from: offset) {
                while ends[text] <= place { text += 1 }
                let start = text == 0 ? 0 : ends[text - 1]
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

    /// Puts the texts of another list behind its own.
    mutating func append(_ other: TextList) {
        let offset = bytes.count
        bytes.append(contentsOf: other.bytes)
        ends.reserveCapacity(ends.count + other.ends.count)
        for end in other.ends { ends.append(offset + end) }
    }

    /// A list to be written: bytes and ends, filled one text after another.
    struct Builder {
        private(set) var bytes: [UInt8] = []
        private(set) var ends: [Int] = []

        var isEmpty: Bool { ends.isEmpty }
        var count: Int { ends.count }

        var encoded: [UInt8] {
            var writer = ProtobufWriter(reservingCapacity: bytes.count + ends.count + 16)
            encode(into: &writer)
            return writer.bytes
        }

        mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
            bytes.append(contentsOf: text)
            ends.append(bytes.count)
        }

        private func encode(into writer: inout ProtobufWriter) {
            writer.varint(UInt64(ends.count))
            if let pattern = Pattern(bytes, count: ends.count, isUniform: isUniform) {
                writer.bytes.append(1)
                pattern.encode(bytes, into: &writer)
            } else {
                writer.bytes.append(0)
                var lengths: [UInt64] = []
                lengths.reserveCapacity(ends.count)
                var start = 0
                for end in ends {
                    lengths.append(UInt64(end - start))
                    start = end
                }
                PackedIntegers.encode(lengths, into: &writer)
                writer.bytes += bytes
            }
        }

        private var isUniform: Bool {
            guard let length = ends.first, length > 0, bytes.count == length * ends.count else { return false }
            for (place, end) in ends.enumerated() where end != length * (place + 1) { return false }
            return true
        }
    }

    // MARK: Reading

    init() {
        bytes = []
        ends = []
    }

    init(_ cursor: inout WireCursor, in column: ByteSpan) throws(WireError) {
        let count = try cursor.varint(in: column)
        guard count <= UInt64(Limits.columnValuesMax), cursor.position < cursor.end else {
            throw WireError(.lengthBeyondMessage, at: cursor.position)
        }
        let kind = column[cursor.position]
        cursor.position += 1
        if kind == 1 {
            let pattern = try Pattern(&cursor, in: column)
            bytes = try pattern.decode(Int(count), from: &cursor, in: column)
            ends = (0..<Int(count)).map { ($0 + 1) * pattern.length }
        } else {
            var end = 0
            var ends: [Int] = []
            for length in try PackedIntegers.decode(Int(count), from: &cursor, in: column) {
                guard length <= UInt64(cursor.end - cursor.position - end) else {
                    throw WireError(.lengthBeyondMessage, at: end)
                }
                end += Int(length)
                ends.append(end)
            }
            bytes = column.array(WireRange(start: UInt32(cursor.position), count: UInt32(end)))
            cursor.position += end
            self.ends = ends
        }
    }
}

/// What texts of one length have in common.
private struct Pattern {
    let length: Int
    /// The character where all agree; `nil` where they differ.
    let fixed: [UInt8?]
    /// The characters that stand where they differ, in order.
    let alphabet: [UInt8]

    private var width: Int { max(1, 8 - UInt8(alphabet.count - 1).leadingZeroBitCount) }
    private var openCount: Int { fixed.count { $0 == nil } }

    /// `nil` when a pattern would not pay: few texts, or characters of every kind.
    init?(_ bytes: [UInt8], count: Int, isUniform: Bool) {
        guard isUniform, count >= 4 else { return nil }
        let length = bytes.count / count
        guard length <= 256 else { return nil }
        var fixed = bytes[..<length].map { Optional($0) }
        for place in length..<bytes.count where fixed[place % length] != bytes[place] { fixed[place % length] = nil }
        var isUsed = [Bool](repeating: false, count: 256)
        for (place, byte) in bytes.enumerated() where fixed[place % length] == nil { isUsed[Int(byte)] = true }
        let alphabet = (0..<256).filter { isUsed[$0] }.map(UInt8.init)
        // Fewer characters than digits are words or numbers, and repeat in ways that zstd sees and a pattern hides.
        guard (10...64).contains(alphabet.count), fixed.count(where: { $0 == nil }) >= 8 else { return nil }
        self.length = length
        self.fixed = fixed
        self.alphabet = alphabet
    }

    func encode(_ bytes: [UInt8], into writer: inout ProtobufWriter) {
        writer.varint(UInt64(length))
        for place in fixed {
            writer.bytes.append(place == nil ? 0 : 1)
            if let place { writer.bytes.append(place) }
        }
        writer.varint(UInt64(alphabet.count))
        writer.bytes += alphabet
        var numbers = [UInt8](repeating: 0, count: 256)
        for (number, character) in alphabet.enumerated() { numbers[Int(character)] = UInt8(number) }
        let open = fixed.indices.filter { fixed[$0] == nil }
        var pending: UInt64 = 0
        var filled = 0
        var start = 0
        while start < bytes.count {
            for place in open {
                pending |= UInt64(numbers[Int(bytes[start + place])]) &<< UInt64(filled)
                filled += width
                while filled >= 8 {
                    writer.bytes.append(UInt8(truncatingIfNeeded: pending))
                    pending &>>= 8
                    filled -= 8
                }
            }
            start += length
        }
        if filled > 0 { writer.bytes.append(UInt8(truncatingIfNeeded: pending)) }
    }

    init(_ cursor: inout WireCursor, in column: ByteSpan) throws(WireError) {
        func byte() throws(WireError) -> UInt8 {
            guard cursor.position < cursor.end else { throw WireError(.truncated, at: cursor.position) }
            cursor.position += 1
            return column[cursor.position - 1]
        }
        let length = try cursor.varint(in: column)
        guard (1...256).contains(length) else { throw WireError(.lengthBeyondMessage, at: cursor.position) }
        var fixed: [UInt8?] = []
        for _ in 0..<length { fixed.append(try byte() == 0 ? nil : try byte()) }
        let count = try cursor.varint(in: column)
        guard (1...64).contains(count) else { throw WireError(.lengthBeyondMessage, at: cursor.position) }
        var alphabet: [UInt8] = []
        for _ in 0..<count { alphabet.append(try byte()) }
        self.length = Int(length)
        self.fixed = fixed
        self.alphabet = alphabet
    }

    func decode(_ count: Int, from cursor: inout WireCursor, in column: ByteSpan) throws(WireError) -> [UInt8] {
        let byteCount = (count * openCount * width + 7) / 8
        guard count <= Limits.columnBytesMax / length, byteCount <= cursor.end - cursor.position else {
            throw WireError(.lengthBeyondMessage, at: cursor.position)
        }
        var texts: [UInt8] = []
        texts.reserveCapacity(count * length)
        var pending: UInt64 = 0
        var filled = 0
        var next = cursor.position
        let mask = UInt64(1) << UInt64(width) - 1
        for _ in 0..<count {
            for place in fixed {
                if let place {
                    texts.append(place)
                    continue
                }
                while filled < width {
                    pending |= UInt64(column[next]) &<< UInt64(filled)
                    next += 1
                    filled += 8
                }
                let number = Int(truncatingIfNeeded: pending & mask)
                guard number < alphabet.count else { throw WireError(.lengthBeyondMessage, at: next) }
                texts.append(alphabet[number])
                pending &>>= UInt64(width)
                filled -= width
            }
        }
        cursor.position += byteCount
        return texts
    }
}

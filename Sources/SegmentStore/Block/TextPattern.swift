import OTLP

/// What texts of one length have in common.
struct TextPattern {
    let length: Int
    /// The character where all agree; `nil` where they differ.
    let fixed: [UInt8?]
    /// The characters that stand where they differ, in order.
    let alphabet: [UInt8]

    private var width: Int { max(1, 8 - UInt8(alphabet.count - 1).leadingZeroBitCount) }
    private var openCount: Int { fixed.count { $0 == nil } }

    /// `nil` when a pattern would not pay: few texts, or characters of every kind.
    ///
    /// - Parameter bytes: the texts, one behind the other.
    init?(_ bytes: [UInt8], length: Int) {
        guard (1...256).contains(length), bytes.count >= 4 * length else { return nil }
        var fixed = bytes[..<length].map { Optional($0) }
        for place in length..<bytes.count where fixed[place % length] != bytes[place] { fixed[place % length] = nil }
        var isUsed = [Bool](repeating: false, count: 256)
        for (place, byte) in bytes.enumerated() where fixed[place % length] == nil { isUsed[Int(byte)] = true }
        let alphabet = (0..<256).filter { isUsed[$0] }.map(UInt8.init)
        self.length = length
        self.fixed = fixed
        self.alphabet = alphabet
        // Fewer characters than digits are words or numbers, and repeat in ways that zstd sees and a pattern hides.
        guard (10...64).contains(alphabet.count), openCount >= 8, fillsItsBits else { return nil }
    }

    /// Whether few numbers of so many bits stand for no character. zstd, which has a code of its own for each character, needs
    /// hardly more than five bits for one of 34.
    private var fillsItsBits: Bool { alphabet.count > (1 << width) * 3 / 4 }

    /// Whether texts are ids and little else: in a path, what stands around an id repeats, and so do ids.
    var isID: Bool { openCount * 4 >= length * 3 }

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

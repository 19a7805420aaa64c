import OTLP
import TelemetryStore

/// A phrase to be found in texts: its words follow each other as they stand, at word boundaries, whatever their case.
struct PhrasePattern {
    /// In lower case.
    private let bytes: [UInt8]
    private let isASCII: Bool
    /// The byte of the phrase that is rarest in texts, and where it stands: what is looked for first.
    private let anchor: (place: Int, byte: UInt8)
    /// Of its words, for the filters.
    let hashes: [UInt64]

    /// Letters from the most to the least frequent in English; anything else is rarer, but for the space.
    private static let frequent = Array(" etaoinsrhldcumfpgwybvkxjqz".utf8)

    init(_ phrase: String) {
        bytes = Array(phrase.lowercased().utf8)
        isASCII = bytes.allSatisfy { $0 < 0x80 }
        hashes = Words.hashes(of: phrase)
        let rarities = bytes.map { PhrasePattern.frequent.firstIndex(of: $0) ?? PhrasePattern.frequent.count }
        let place = rarities.indices.max { rarities[$0] < rarities[$1] } ?? 0
        anchor = (place, bytes.isEmpty ? 0 : bytes[place])
    }

    func isIn(_ text: UnsafeRawBufferPointer) -> Bool {
        guard !bytes.isEmpty else { return true }
        guard isASCII else {
            // Case beyond ASCII changes lengths; such phrases are rare enough to fold the whole text.
            let folded = Array(String(decoding: text, as: UTF8.self).lowercased().utf8)
            return folded.withUnsafeBytes { find(in: $0) }
        }
        return find(in: text)
    }

    /// Looks for the anchor in both cases, eight bytes at a time, and compares what stands around it.
    private func find(in text: UnsafeRawBufferPointer) -> Bool {
        let upper = PhrasePattern.isLowercase(anchor.byte) ? anchor.byte - 32 : anchor.byte
        let lows = UInt64(anchor.byte) &* 0x0101_0101_0101_0101
        let highs = UInt64(upper) &* 0x0101_0101_0101_0101
        let last = text.count - bytes.count + anchor.place
        var offset = anchor.place
        while offset <= last {
            if offset &+ 8 <= text.count {
                let word = text.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
                let hits = PhrasePattern.zeroBytes(word ^ lows) | PhrasePattern.zeroBytes(word ^ highs)
                guard hits != 0 else {
                    offset &+= 8
                    continue
                }
                offset &+= hits.trailingZeroBitCount / 8
            } else if text[offset] != anchor.byte, text[offset] != upper {
                offset &+= 1
                continue
            }
            if offset <= last, isAt(offset &- anchor.place, in: text) { return true }
            offset &+= 1
        }
        return false
    }

    private func isAt(_ offset: Int, in text: UnsafeRawBufferPointer) -> Bool {
        for place in bytes.indices {
            if Words.lowercased(text[offset &+ place]) != bytes[place] { return false }
        }
        let end = offset + bytes.count
        if offset > 0, Words.isWordByte(bytes[0]), Words.isWordByte(text[offset - 1]) { return false }
        if end < text.count, Words.isWordByte(bytes[bytes.count - 1]), Words.isWordByte(text[end]) { return false }
        return true
    }

    private static func isLowercase(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }

    /// The high bit of every byte that is zero. The lowest one that is set is right, and only that is used.
    private static func zeroBytes(_ word: UInt64) -> UInt64 {
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
    }
}

extension AttributeCondition.Test {
    /// What the test says of a text.
    func holds(for text: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .exists: true
        case .isMissing: false
        case .equals(let value): AttributeCondition.Test.areEqual(text, value)
        case .differs(let value): !AttributeCondition.Test.areEqual(text, value)
        case .prefix(let value): text.starts(with: value.utf8)
        case .less, .atMost, .greater, .atLeast:
            Double(String(decoding: text, as: UTF8.self)).map { holds(forNumber: $0) } ?? false
        }
    }

    /// What the test says of a number; `text` is how it reads.
    func holds(forNumber number: Double, text: @autoclosure () -> String = "") -> Bool {
        switch self {
        case .exists: true
        case .isMissing: false
        case .equals(let value): Double(value) == number || text() == value
        case .differs(let value): Double(value) != number && text() != value
        case .prefix(let value): text().utf8.starts(with: value.utf8)
        case .less(let bound): number < bound
        case .atMost(let bound): number <= bound
        case .greater(let bound): number > bound
        case .atLeast(let bound): number >= bound
        }
    }

    /// What the test says of a value that stands in a resource.
    func holds(for value: AttributeValue?) -> Bool {
        switch value {
        case .string(let text):
            var text = text
            return text.withUTF8 { holds(for: UnsafeRawBufferPointer($0)) }
        case .int(let number): return holds(forNumber: Double(number), text: String(number))
        case .double(let number): return holds(forNumber: number, text: String(number))
        case .bool(let flag): return holdsForBool(flag)
        case nil, .empty, .bytes, .array, .map: return isExistence
        }
    }

    func holdsForBool(_ flag: Bool) -> Bool {
        switch self {
        case .exists: true
        case .equals(let value): value == (flag ? "true" : "false")
        case .differs(let value): value != (flag ? "true" : "false")
        case .prefix(let value): (flag ? "true" : "false").hasPrefix(value)
        case .isMissing, .less, .atMost, .greater, .atLeast: false
        }
    }

    var isExistence: Bool { self == .exists }
    var isMissing: Bool { self == .isMissing }

    private static func areEqual(_ text: UnsafeRawBufferPointer, _ value: String) -> Bool {
        text.count == value.utf8.count && text.elementsEqual(value.utf8)
    }
}

extension TextCondition {
    func holds(for text: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .equals(let value): AttributeCondition.Test.equals(value).holds(for: text)
        case .prefix(let value): AttributeCondition.Test.prefix(value).holds(for: text)
        }
    }
}

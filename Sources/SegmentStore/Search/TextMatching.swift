import OTLP
import TelemetryStore

/// A phrase to be found in texts: its words follow each other as they stand, at word boundaries, whatever their case.
struct PhrasePattern {
    /// In lower case.
    private let bytes: [UInt8]
    private let isASCII: Bool
    /// The two bytes of the phrase that are rarest in texts, and where they stand: what is looked for first.
    private let anchors: (Anchor, Anchor)
    /// Of its words, for the filters.
    let hashes: [UInt64]

    /// Letters from the most to the least frequent in English; anything else is rarer, but for the space.
    private static let frequent = Array(" etaoinsrhldcumfpgwybvkxjqz".utf8)

    private struct Anchor {
        var place: Int
        var byte: UInt8
        /// What makes both cases of a letter one; nothing for other bytes.
        var fold: UInt8

        init(_ place: Int, of phrase: [UInt8]) {
            self.place = place
            byte = phrase.isEmpty ? 0 : phrase[place]
            fold = byte >= 0x61 && byte <= 0x7A ? 0x20 : 0
        }

        @inline(__always)
        func isIn(_ text: SIMD16<UInt8>) -> SIMDMask<SIMD16<Int8>> {
            (text | SIMD16(repeating: fold)) .== SIMD16(repeating: byte)
        }
    }

    init(_ phrase: String) {
        let bytes = Array(phrase.lowercased().utf8)
        self.bytes = bytes
        isASCII = bytes.allSatisfy { $0 < 0x80 }
        hashes = Words.hashes(of: phrase)
        let rarest = bytes.indices.sorted { PhrasePattern.rarity(of: bytes[$0]) > PhrasePattern.rarity(of: bytes[$1]) }
        let second = rarest.dropFirst().first ?? rarest.first ?? 0
        anchors = (Anchor(rarest.first ?? 0, of: bytes), Anchor(second, of: bytes))
    }

    private static func rarity(of byte: UInt8) -> Int { frequent.firstIndex(of: byte) ?? frequent.count }

    func isIn(_ text: UnsafeRawBufferPointer) -> Bool {
        guard !bytes.isEmpty else { return true }
        guard isASCII else {
            // Case beyond ASCII changes lengths; such phrases are rare enough to fold the whole text.
            let folded = Array(String(decoding: text, as: UTF8.self).lowercased().utf8)
            return folded.withUnsafeBytes { find(in: $0) }
        }
        return find(in: text)
    }

    private func find(in text: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        while let place = next(in: text, from: offset) {
            if stands(at: place, in: text, 0..<text.count) { return true }
            offset = place + 1
        }
        return false
    }

    // MARK: Many texts at once

    /// Whether texts can be searched as they are, one behind the other.
    var isSearchedAsBytes: Bool { isASCII && !bytes.isEmpty }

    /// The next place where its bytes stand, whatever their case and whatever is around them.
    ///
    /// Looks at many places a step, at two bytes of each: few places but the right ones have both.
    func next(in text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        let last = text.count - bytes.count
        let farthest = max(anchors.0.place, anchors.1.place)
        var place = start
        while place <= last {
            if place &+ farthest &+ 64 <= text.count {
                let near = candidates(at: place, in: text) | candidates(at: place &+ 16, in: text)
                let far = candidates(at: place &+ 32, in: text) | candidates(at: place &+ 48, in: text)
                let any = near | far
                guard any[0] | any[1] != 0 else {
                    place &+= 64
                    continue
                }
            }
            guard place &+ farthest &+ 16 <= text.count else {
                if isAt(place, in: text) { return place }
                place &+= 1
                continue
            }
            let halves = candidates(at: place, in: text)
            guard halves[0] | halves[1] != 0 else {
                place &+= 16
                continue
            }
            place &+= halves[0] != 0 ? halves[0].trailingZeroBitCount / 8 : 8 + halves[1].trailingZeroBitCount / 8
            if place <= last, isAt(place, in: text) { return place }
            place &+= 1
        }
        return nil
    }

    /// In each byte whether both anchors stand where they must for the phrase to begin there.
    @inline(__always)
    private func candidates(at place: Int, in text: UnsafeRawBufferPointer) -> SIMD2<UInt64> {
        let first = text.loadUnaligned(fromByteOffset: place &+ anchors.0.place, as: SIMD16<UInt8>.self)
        let second = text.loadUnaligned(fromByteOffset: place &+ anchors.1.place, as: SIMD16<UInt8>.self)
        return unsafeBitCast(anchors.0.isIn(first) .& anchors.1.isIn(second), to: SIMD2<UInt64>.self)
    }

    /// Whether what stands at a place is in one text, which has these bytes, and is neither preceded nor followed by a part of
    /// its words.
    func stands(at place: Int, in bytes: UnsafeRawBufferPointer, _ text: Range<Int>) -> Bool {
        let end = place + self.bytes.count
        guard place >= text.lowerBound, end <= text.upperBound else { return false }
        if place > text.lowerBound, Words.isWordByte(self.bytes[0]), Words.isWordByte(bytes[place - 1]) { return false }
        if end < text.upperBound, Words.isWordByte(self.bytes[self.bytes.count - 1]), Words.isWordByte(bytes[end]) {
            return false
        }
        return true
    }

    private func isAt(_ offset: Int, in text: UnsafeRawBufferPointer) -> Bool {
        for place in bytes.indices where Words.lowercased(text[offset &+ place]) != bytes[place] { return false }
        return true
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

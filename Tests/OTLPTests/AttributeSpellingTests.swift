import OTLP
import Testing

/// An attribute of text, in every way in which protobuf may spell it: the short way, which is read by itself, and all others.
@Suite struct AttributeSpellingTests {
    /// A length in one byte, or padded to two.
    private static func length(_ count: Int, isPadded: Bool) -> [UInt8] {
        isPadded ? [UInt8(count) | 0x80, 0] : [UInt8(count)]
    }

    private static func spelling(key: [UInt8], text: [UInt8], padding: Int = 0, isReversed: Bool = false) -> [UInt8] {
        let value = [0x0A] + length(text.count, isPadded: padding & 1 != 0) + text
        let keyField = [0x0A] + length(key.count, isPadded: padding & 2 != 0) + key
        let valueField = [0x12] + length(value.count, isPadded: padding & 4 != 0) + value
        return isReversed ? valueField + keyField : keyField + valueField
    }

    private func decode(_ attribute: [UInt8]) throws -> Decoded<TracesData> {
        try TracesData.decode(protobuf: Protobuf.request([Protobuf.span { $0.alwaysBytes(9, attribute) }]))
    }

    @Test(arguments: 0..<8, [false, true])
    func allSpellingsAreOneAttribute(padding: Int, isReversed: Bool) throws {
        for (key, text) in [("http.route", "/lessons/{lesson}"), ("", ""), ("k", ""), ("ключ", "значение")] {
            let spelling = AttributeSpellingTests.spelling(
                key: Array(key.utf8), text: Array(text.utf8), padding: padding, isReversed: isReversed)
            #expect(try decode(spelling).data.spans.first?.attributes == [Attribute(key, .string(text))])
        }
    }

    @Test(arguments: 0..<8)
    func textThatIsNoUTF8IsRejectedInAllSpellings(padding: Int) throws {
        let good = Array("route".utf8)
        for (key, text) in [([0xFF], good), (good, [0xC3])] as [([UInt8], [UInt8])] {
            let decoded = try decode(AttributeSpellingTests.spelling(key: key, text: text, padding: padding))
            #expect(decoded.rejections.count == 1)
            #expect(decoded.data.spans.isEmpty)
        }
    }

    @Test func ofTwoValuesTheLastCounts() throws {
        let first = AttributeSpellingTests.spelling(key: Array("a".utf8), text: Array("first".utf8))
        let second = AttributeSpellingTests.spelling(key: Array("b".utf8), text: Array("second".utf8))
        #expect(try decode(first + second).data.spans.first?.attributes == [Attribute("b", .string("second"))])
    }
}

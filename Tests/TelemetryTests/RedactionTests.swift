import Telemetry
import Testing

@Suite struct RedactionTests {
    private func clean(_ text: String, _ patterns: [RedactionPattern]) -> String {
        ValuePolicy(Redaction(patterns: patterns)).clean(text)
    }

    @Test(arguments: [
        ("paid with 4111 1111 1111 1111 today", "paid with [redacted] today"),
        ("4111111111111112 is none", "4111111111111112 is none"),
        ("order 41111111111111110000000000", "order 41111111111111110000000000"),
        ("5500-0000-0000-0004", "[redacted]"), ("", ""), ("4", "4"),
    ])
    func aCardNumberIsHiddenWhenItsCheckDigitIsRight(text: String, clean expected: String) {
        #expect(clean(text, [.cardNumber]) == expected)
    }

    @Test(arguments: [
        ("mail to ada.l+x@example.org, please", "mail to [redacted], please"), ("@ alone", "@ alone"),
        ("a@b", "a@b"), ("ä@bücher.example.", "[redacted]."), ("a@b.c@d.e", "[redacted]@d.e"),
    ])
    func anAddressIsHidden(text: String, clean expected: String) {
        #expect(clean(text, [.email]) == expected)
    }

    @Test(arguments: [
        ("Authorization: Bearer abcdefgh12345", "Authorization: [redacted]"),
        ("key AKIAIOSFODNN7EXAMPLE.", "key [redacted]"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "[redacted]"), ("ask-me", "ask-me"),
    ])
    func aTokenIsHiddenByHowItBegins(text: String, clean expected: String) {
        #expect(clean(text, [.token]) == expected)
    }

    @Test func aPatternOfTheHostThatAnswersNonsenseHarmsNobody() {
        let wild = RedactionPattern { _ in [-5..<3, 2..<4, 100..<200, 0..<0] }
        #expect(clean("abcdef", [wild]).contains(Redaction.replacement))
        // A cut through a character leaves text all the same.
        let cutting = RedactionPattern { _ in [1..<2] }
        #expect(clean("日", [cutting]).contains(Redaction.replacement))
    }

    @Test func aLongTextIsCutBetweenCharacters() {
        let policy = ValuePolicy(.none, valueLengthMax: 3)
        #expect(policy.clean("日本語日本語") == "日本語")
        #expect(policy.clean("abc") == "abc")
    }
}

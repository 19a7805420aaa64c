import OTLP
import Telemetry
import Testing
import Tracing

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

    @Test func aKeyIsJudgedAlikeHoweverOftenItIsSeenAndWhateverResemblesIt() async throws {
        let exporter = RecordingExporter()
        let processor = BatchProcessor(Telemetry.Configuration(serviceName: "tested"), ExporterChoice(exporter))
        let tracer = RecordingTracer(records: processor.spans)
        processor.start()
        // Alike in length and at both ends; short, long and very long ones; more than are remembered.
        let padding = String(repeating: "x", count: 80)
        let pairs =
            [
                ("customer.password.of.today", "customer.passw0rd.of.today"), ("pwd", "pvd"), ("a_token", "a_taken"),
                ("jwt", "jot"), (padding + ".secret", padding + ".sacred"),
            ] + (0..<300).map { ("\($0).secret.of\($0).token", "\($0).secrat.of\($0).taken") }
        for _ in 0..<3 {
            for (secret, plain) in pairs {
                tracer.withFields("span", ofKind: .internal, in: .topLevel) { span in
                    span.set(secret, "value")
                    span.set(plain, "value")
                }
            }
        }
        #expect(await processor.shutdown(deadline: .now + .seconds(30)))
        let spans = try exporter.spans()
        #expect(spans.count == 3 * pairs.count)
        for (span, (secret, plain)) in zip(spans, pairs + pairs + pairs) {
            #expect(span.attributes[secret]?.string == Redaction.replacement, "\(secret)")
            #expect(span.attributes[plain]?.string == "value", "\(plain)")
        }
    }
}

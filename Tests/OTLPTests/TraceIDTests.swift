import OTLP
import Testing

@Suite struct TraceIDTests {
    @Test func hexReadsBackAsTheSameID() {
        let id = TraceID(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)
        #expect(id.hex == "0123456789abcdeffedcba9876543210")
        #expect(TraceID(hex: id.hex.uppercased()) == id)
    }

    @Test(arguments: [
        "", "0", "0123456789abcdeffedcba987654321", "0123456789abcdeffedcba98765432100",
        "g123456789abcdeffedcba9876543210",
    ])
    func textOfAnotherLengthOrAlphabetIsNoID(text: String) {
        #expect(TraceID(hex: text) == nil)
    }
}

import OTLP
import Telemetry
import Testing
import Tracing

/// `traceparent`: what W3C Trace Context calls valid and invalid. The cases are those of its test harness, and each rule's
/// edges.
@Suite struct TraceContextTests {
    private static let trace = "12345678901234567890123456789012"
    private static let span = "1234567890123456"
    private static let parent = "00-\(trace)-\(span)-01"

    @Test(
        arguments: [
            (parent, "01"), ("00-\(trace)-\(span)-00", "00"), ("00-\(trace)-\(span)-02", "02"),
            ("00-\(trace)-\(span)-03", "03"),
            // Flags of a later version are not ours to pass on.
            ("00-\(trace)-\(span)-ff", "03"), ("00-\(trace)-\(span)-04", "00"), ("00-\(trace)-\(span)-08", "00"),
            (" \(parent)", "01"), ("\t\(parent)", "01"), ("\(parent) ", "01"), ("\(parent)\t", "01"),
            ("\t \(parent) \t", "01"),
            ("01-\(trace)-\(span)-01", "01"), ("cc-\(trace)-\(span)-01", "01"), ("fe-\(trace)-\(span)-01", "01"),
            ("cc-\(trace)-\(span)-01-what-the-future-will-be-like", "01"), ("cc-\(trace)-\(span)-01-", "01"),
        ] as [(String, String)])
    func aValidTraceparentIsTakenAndWrittenInOurVersion(header: String, flags: String) throws {
        let context = try #require(TraceContextPropagator.parse(parent: header))
        #expect(context.traceID.hex == Self.trace)
        #expect(context.spanID.hex == Self.span)
        #expect(context.isRemote)
        #expect(TraceContextPropagator.parent(context) == "00-\(Self.trace)-\(Self.span)-\(flags)")
    }

    @Test(arguments: [
        "", "-", "---", "00", "00-", "00-\(trace)", "00-\(trace)-\(span)", "00-\(trace)-\(span)-",
        "ff-\(trace)-\(span)-01", ".0-\(trace)-\(span)-01", "0.-\(trace)-\(span)-01", "FE-\(trace)-\(span)-01",
        "000-\(trace)-\(span)-01", "0000-\(trace)-\(span)-01", "0-\(trace)-\(span)-01", "-\(trace)-\(span)-01",
        "00-00000000000000000000000000000000-\(span)-01",
        "00-.2345678901234567890123456789012-\(span)-01", "00-1234567890123456789012345678901.-\(span)-01",
        "00-123456789012345678901234567890123-\(span)-01", "00-1234567890123456789012345678901-\(span)-01",
        "00-1234567890123456789012345678901A-\(span)-01", "00-1234567890123456789012345678901g-\(span)-01",
        "00-\(trace)-0000000000000000-01", "00-\(trace)-.234567890123456-01", "00-\(trace)-123456789012345.-01",
        "00-\(trace)-12345678901234567-01", "00-\(trace)-123456789012345-01", "00-\(trace)-123456789012345A-01",
        "00-\(trace)-\(span)-.0", "00-\(trace)-\(span)-0.", "00-\(trace)-\(span)-001", "00-\(trace)-\(span)-1",
        "00-\(trace)-\(span)-0A", "00-\(trace)-\(span)-é", "00-\(trace)-\(span)-01.",
        "00-\(trace)-\(span)-01-what-the-future-will-be-like", "00-\(trace)-\(span)-01-",
        "cc-\(trace)-\(span)-01.what-the-future-will-be-like", "cc-\(trace)-\(span)-01what",
        "00_\(trace)_\(span)_01", "\(parent),\(parent)", "\(parent), \(parent)", "\(parent)\u{0}", "\u{0}\(parent)",
        "00-\(trace)-\(span)\u{B}-01", "00 -\(trace)-\(span)-01",
    ])
    func anInvalidTraceparentIsIgnored(header: String) {
        #expect(TraceContextPropagator.parse(parent: header) == nil)
    }

    @Test func everyHeaderThatIsOneByteOffIsIgnoredOrStillOneOfTheseIDs() {
        let bytes = Array(Self.parent.utf8)
        for place in bytes.indices {
            for byte in UInt8.min ... .max {
                var changed = bytes
                changed[place] = byte
                guard let context = TraceContextPropagator.parse(parent: String(decoding: changed, as: UTF8.self))
                else {
                    continue
                }
                // What was taken is exactly what stood there.
                let written = TraceContextPropagator.parent(context)
                #expect(written.utf8.dropFirst(3).prefix(49).elementsEqual(changed[3..<52]))
            }
        }
    }

    @Test func aHeaderCutAnywhereIsIgnored() {
        for count in 0..<Self.parent.utf8.count {
            #expect(TraceContextPropagator.parse(parent: String(Self.parent.prefix(count))) == nil)
        }
    }

    @Test func theStateOfAnInvalidParentIsNotLookedAt() {
        var context = InstrumentationContext.topLevel
        var asked: [String] = []
        TraceContextPropagator().extract(
            { name in
                asked.append(name)
                return name == "traceparent" ? "nonsense" : "a=b"
            }, into: &context)
        #expect(context.spanContext == nil)
        #expect(asked == ["traceparent"])
    }

    @Test func anInvalidStateLeavesTheParentAlone() throws {
        var context = InstrumentationContext.topLevel
        TraceContextPropagator().extract(
            { $0 == "traceparent" ? Self.parent : "a=b,FOO=1" }, into: &context)
        let span = try #require(context.spanContext)
        #expect(span.traceID.hex == Self.trace)
        #expect(span.traceState == "")
    }

    @Test func anInvalidHeaderLeavesWhatWasThere() throws {
        let before = SpanContext(traceID: TraceID(high: 1, low: 2), spanID: SpanID(3), flags: 1)
        var context = InstrumentationContext.topLevel
        context.spanContext = before
        TraceContextPropagator().extract({ _ in "nonsense" }, into: &context)
        #expect(context.spanContext == before)
    }

    @Test func aSpanWithoutIDsIsNotInjected() {
        var context = InstrumentationContext.topLevel
        context.spanContext = SpanContext(traceID: .zero, spanID: .zero, flags: 1)
        TraceContextPropagator().inject(context) { name, _ in Issue.record("\(name) was written") }
    }
}

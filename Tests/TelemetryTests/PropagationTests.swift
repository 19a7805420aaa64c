import OTLP
import Telemetry
import Testing
import Tracing

@Suite struct PropagationTests {
    private static let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    private let tracer = RecordingTracer(records: nil)

    @Test func aValidTraceparentIsTakenAndWrittenAgain() throws {
        let context = try #require(TraceContextHeaders.parse(parent: Self.parent, state: "congo=t61rcWkgMzE"))
        #expect(context.traceID.hex == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(context.spanID.hex == "00f067aa0ba902b7")
        #expect(context.isSampled)
        #expect(context.isRemote)
        #expect(context.traceState == "congo=t61rcWkgMzE")
        #expect(TraceContextHeaders.parent(context) == Self.parent)
    }

    @Test(arguments: [
        "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
        "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-é",
    ])
    func anInvalidTraceparentIsIgnored(header: String) {
        #expect(TraceContextHeaders.parse(parent: header, state: nil) == nil)
    }

    @Test func aLaterVersionIsReadAsFarAsItIsKnown() throws {
        let later = "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03-what-comes-later"
        let context = try #require(TraceContextHeaders.parse(parent: later, state: nil))
        #expect(TraceContextHeaders.parent(context) == "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03")
    }

    @Test func baggageKeepsNamesValuesAndProperties() throws {
        let header = "user.id=4711, request.id=req-1 ;ttl=1;secret, city=Z%C3%BCrich"
        let baggage = BaggageHeader.parse(header)
        #expect(baggage.names == ["user.id", "request.id", "city"])
        #expect(baggage["city"] == "Zürich")
        #expect(BaggageHeader.text(baggage) == "user.id=4711,request.id=req-1;ttl=1;secret,city=Z%C3%BCrich")
    }

    @Test(
        arguments: [
            ("no-equals", []), ("=v", []), ("a b=c", []), ("a=1,,b=2", ["a", "b"]), ("a=\u{1B}[31m,b=2", ["b"]),
            ("a=1,a=2", ["a"]),
            ("ключ=1,b=2", ["b"]),
        ] as [(String, [String])])
    func brokenBaggageDoesNotTakeItsNeighbours(header: String, names: [String]) {
        #expect(BaggageHeader.parse(header).names == names)
    }

    @Test func baggageBeyondItsLimitIsIgnored() {
        #expect(BaggageHeader.parse("a=" + String(repeating: "x", count: 9_000)).isEmpty)
    }

    @Test func aRequestWithoutAnIDGetsOneAtTheEdge() throws {
        var context = InstrumentationContext.topLevel
        tracer.extract([:], into: &context, using: DictionaryCarrier())
        let id = try #require(context.requestID)
        #expect(id.hasPrefix("req-") && id.utf8.count == 20)
    }

    @Test func aRequestIDIsTakenFromBaggageBeforeTheHeader() {
        var context = InstrumentationContext.topLevel
        let carrier = ["baggage": "request.id=from-baggage", "x-request-id": "from-header"]
        tracer.extract(carrier, into: &context, using: DictionaryCarrier())
        #expect(context.requestID == "from-baggage")

        context = .topLevel
        tracer.extract(["x-request-id": "from-header"], into: &context, using: DictionaryCarrier())
        #expect(context.requestID == "from-header")
    }

    @Test(arguments: [
        "", "with space", "esc\u{1B}[31m", "quote\"", "nul\u{0}", "é", String(repeating: "x", count: 129),
    ])
    func aHostileRequestIDIsReplaced(id: String) throws {
        var context = InstrumentationContext.topLevel
        tracer.extract(["x-request-id": id], into: &context, using: DictionaryCarrier())
        #expect(try #require(context.requestID).hasPrefix("req-"))
    }

    @Test func whatIsInjectedIsWhatIsExtracted() {
        var context = InstrumentationContext.topLevel
        let carrier = ["traceparent": Self.parent, "tracestate": "a=b", "baggage": "request.id=req-42,k=v"]
        tracer.extract(carrier, into: &context, using: DictionaryCarrier())
        var injected: [String: String] = [:]
        tracer.inject(context, into: &injected, using: DictionaryCarrier())
        #expect(injected == carrier.merging(["x-request-id": "req-42"]) { _, new in new })
    }
}

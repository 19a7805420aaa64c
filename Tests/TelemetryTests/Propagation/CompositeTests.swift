import OTLP
import Telemetry
import Testing
import Tracing

/// Several formats together, and the request id beside them.
@Suite struct CompositeTests {
    private static let w3c = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    private static let b3 = "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1"
    private let tracer = RecordingTracer(records: nil)

    @Test(
        arguments: [
            ("tracecontext,baggage", [.traceContext, .baggage], []), ("", [.traceContext, .baggage], []),
            (" , ", [.traceContext, .baggage], []), ("b3", [.b3], []), ("b3multi,xray", [.b3Multi, .xray], []),
            ("tracecontext , BAGGAGE,xray-lambda", [.traceContext, .baggage, .xrayLambda], []),
            ("b3,b3,b3", [.b3], []), ("none", [], []), ("none,b3", [], []), ("b3,none", [], []),
            ("jaeger,b3,ottrace", [.b3], ["jaeger", "ottrace"]), ("jaeger", [.traceContext, .baggage], ["jaeger"]),
        ] as [(String, [PropagationFormat], [String])])
    func theListOfFormatsIsRead(list: String, formats: [PropagationFormat], unknown: [String]) {
        let parsed = PropagationFormat.parse(list.split(separator: ",").map(String.init))
        #expect(parsed.formats == formats)
        #expect(parsed.unknown == unknown)
    }

    @Test(
        arguments: [([.traceContext, .b3], "80f1"), ([.b3, .traceContext], "4bf9")] as [([PropagationFormat], String)])
    func ofTwoFormatsTheLaterOneHasTheLastWord(formats: [PropagationFormat], prefix: String) {
        let headers = ["traceparent": Self.w3c, "b3": Self.b3]
        var context = InstrumentationContext.topLevel
        CompositePropagator(formats).extract({ headers[$0] }, into: &context)
        #expect(context.spanContext?.traceID.hex.hasPrefix(prefix) == true)
    }

    @Test func anAbsentFormatLeavesTheEarlierOne() {
        var context = InstrumentationContext.topLevel
        CompositePropagator([.traceContext, .b3, .xray]).extract({ ["traceparent": Self.w3c][$0] }, into: &context)
        #expect(context.spanContext?.spanID.hex == "00f067aa0ba902b7")
    }

    @Test func everyFormatIsWrittenAndReadBack() throws {
        let all = CompositePropagator(PropagationFormat.allCases)
        var context = InstrumentationContext.topLevel
        context.spanContext = SpanContext(traceID: TraceID(high: 1, low: 2), spanID: SpanID(3), flags: 3)
        context.requestID = "req-42"
        var headers: [String: String] = [:]
        all.inject(context) { headers[$0] = $1 }
        for format in PropagationFormat.allCases where format != .baggage {
            var again = InstrumentationContext.topLevel
            CompositePropagator([format]).extract({ headers[$0] }, into: &again)
            let span = try #require(again.spanContext, "\(format)")
            #expect(span.traceID == TraceID(high: 1, low: 2))
            #expect(span.spanID == SpanID(3))
            #expect(span.isSampled)
            #expect(again.requestID == "req-42")
        }
        #expect(Set(headers.keys).isSubset(of: all.fields))
    }

    @Test func withoutPropagationNothingIsTakenOrWritten() {
        let none = CompositePropagator([])
        var context = InstrumentationContext.topLevel
        none.extract({ ["traceparent": Self.w3c, "x-request-id": "req-1"][$0] }, into: &context)
        #expect(context.spanContext == nil && context.requestID == nil)
        context.spanContext = SpanContext(traceID: TraceID(high: 1, low: 2), spanID: SpanID(3), flags: 1)
        none.inject(context) { name, _ in Issue.record("\(name) was written") }
    }

    // MARK: The request id

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
        "", "with space", "esc\u{1B}[31m", "quote\"", "nul\u{0}", "é", "a\r\nb", "back\\slash",
        String(repeating: "x", count: 129),
    ])
    func aHostileRequestIDIsReplacedWhereverItCameFrom(id: String) throws {
        var context = InstrumentationContext.topLevel
        tracer.extract(["x-request-id": id], into: &context, using: DictionaryCarrier())
        #expect(try #require(context.requestID).hasPrefix("req-"))

        var baggage = Baggage()
        baggage["request.id"] = id
        context = .topLevel
        tracer.extract(["baggage": BaggagePropagator.text(baggage) ?? ""], into: &context, using: DictionaryCarrier())
        #expect(try #require(context.requestID).hasPrefix("req-"))
    }

    @Test func whatIsInjectedIsWhatIsExtracted() {
        var context = InstrumentationContext.topLevel
        let carrier = ["traceparent": Self.w3c, "tracestate": "a=b", "baggage": "request.id=req-42,k=v"]
        tracer.extract(carrier, into: &context, using: DictionaryCarrier())
        var injected: [String: String] = [:]
        tracer.inject(context, into: &injected, using: DictionaryCarrier())
        #expect(injected == carrier.merging(["x-request-id": "req-42"]) { _, new in new })
    }

    @Test func whateverTheContextHoldsTheHeadersAreVisibleASCII() {
        var context = InstrumentationContext.topLevel
        context.spanContext = SpanContext(
            traceID: TraceID(high: 1, low: 2), spanID: SpanID(3), flags: 0xFF, traceState: "a=b\r\nSet-Cookie: x=y")
        context.baggage["name\r\nX: y"] = "1"
        context.baggage["k"] = "1\r\nX: y\u{1B}[31m\u{202E}"
        context.requestID = "req\r\nX: y"
        var headers: [String: String] = [:]
        CompositePropagator(PropagationFormat.allCases).inject(context) { headers[$0] = $1 }
        #expect(headers["tracestate"] == nil && headers["x-request-id"] == nil)
        for (name, value) in headers {
            #expect(value.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "\(name)")
        }
    }
}

/// What a sender without a span of its own has settled.
@Suite struct TraceSeedTests {
    private func firstSpan(_ headers: [String: String], _ formats: [String], sampler: any Sampler) -> SpanContext? {
        let tracer = RecordingTracer(records: nil, sampler: sampler, propagators: formats)
        var context = InstrumentationContext.topLevel
        tracer.extract(headers, into: &context, using: DictionaryCarrier())
        return tracer.withSpan("first", context: context) { span in
            tracer.withSpan("second") { inner in
                #expect(inner.context.spanContext?.traceID == span.context.spanContext?.traceID)
                #expect(inner.context.spanContext?.isSampled == span.context.spanContext?.isSampled)
            }
            return span.context.spanContext
        }
    }

    @Test func aRootWithoutParentNamesTheTraceAndTheSamplerDecides() throws {
        let headers = ["x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793"]
        for sampler in [ConstantSampler.alwaysOn, .alwaysOff] {
            let span = try #require(firstSpan(headers, ["xray"], sampler: ParentBasedSampler(root: sampler)))
            #expect(span.traceID.hex == "5759e988bd862e3fe1be46a994272793")
            #expect(span.isSampled == (sampler.decide(SamplingParameters(traceID: span.traceID, name: "")).isSampled))
            // Whether somebody else's id is random, we cannot know.
            #expect(span.flags & SpanContext.randomFlag == 0)
        }
    }

    @Test(
        arguments: [
            (["x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0"], false),
            (["x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"], true),
            (["b3": "0"], false), (["b3": "1"], true), (["b3": "d"], true), (["x-b3-sampled": "0"], false),
        ] as [([String: String], Bool)])
    func aDecisionWithoutASpanIsKept(headers: [String: String], isSampled: Bool) throws {
        let sampler = isSampled ? ConstantSampler.alwaysOff : .alwaysOn
        let span = try #require(firstSpan(headers, ["xray", "b3"], sampler: ParentBasedSampler(root: sampler)))
        #expect(span.isSampled == isSampled)
    }
}

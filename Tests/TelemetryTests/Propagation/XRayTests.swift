import OTLP
import Telemetry
import Testing
import Tracing

/// AWS X-Ray's tracing header, as the developer guide shows it.
@Suite struct XRayTests {
    private static let root = "1-5759e988-bd862e3fe1be46a994272793"
    private static let trace = "5759e988bd862e3fe1be46a994272793"
    private static let span = "53995c3f42cd8ad8"

    @Test(
        arguments: [
            ("Root=\(root);Parent=\(span);Sampled=1", span, true),
            ("Root=\(root);Parent=\(span);Sampled=0", span, false),
            ("Root=\(root);Parent=\(span);Sampled=?", span, nil), ("Root=\(root);Parent=\(span)", span, nil),
            // A load balancer knows the trace only.
            ("Root=\(root)", nil, nil), ("Root=\(root);Sampled=1", nil, true), ("Root=\(root);Sampled=0", nil, false),
            ("Sampled=1;Parent=\(span);Root=\(root)", span, true),
            (" Root = \(root) ; Parent=\(span) ;Sampled=1", span, true),
            ("Self=1-67891234-12456789abcdef012345678;Root=\(root)", nil, nil),
            ("Root=\(root);CalledFrom=app;TotalTimeSoFar=14ms", nil, nil), ("Root=\(root);;Sampled=1;", nil, true),
            ("Root=\(root);nonsense;Sampled=yes", nil, nil),
        ] as [(String, String?, Bool?)])
    func aValidHeaderIsRead(header: String, parent: String?, isSampled: Bool?) throws {
        let arrived = try #require(XRayPropagator.parse(header))
        #expect(arrived.traceID.hex == Self.trace)
        #expect(arrived.spanID?.hex == parent)
        #expect(arrived.isSampled == isSampled)
    }

    @Test(arguments: [
        "", ";", "nonsense", "Parent=\(span);Sampled=1", "root=\(root)", "Root=", "Root=\(trace)",
        "Root=2-5759e988-bd862e3fe1be46a994272793", "Root=1-5759e98-8bd862e3fe1be46a994272793",
        "Root=1-5759e988-bd862e3fe1be46a99427279", "Root=1-5759e988-bd862e3fe1be46a9942727933",
        "Root=1-5759E988-bd862e3fe1be46a994272793", "Root=1-5759e988-bd862e3fe1be46a99427279g",
        "Root=1-00000000-000000000000000000000000", "Root=1-5759e988-bd862e3f-e1be46a994272793",
        "Root=1-5759e988", "Root=\(root);Parent=", "Root=\(root);Parent=0000000000000000",
        "Root=\(root);Parent=53995c3f42cd8ad", "Root=\(root);Parent=53995C3F42CD8AD8", "Root=\(root);Parent=\(span)0",
        "Root=\(root)" + String(repeating: ";", count: 2_000),
    ])
    func anInvalidHeaderIsIgnored(header: String) {
        #expect(XRayPropagator.parse(header) == nil)
    }

    @Test func theLineageIsPassedOn() {
        let header = "Root=\(Self.root);Parent=\(Self.span);Sampled=1;Lineage=a87bd80c:1|68fd508a:5|c512fbe3:2"
        var context = InstrumentationContext.topLevel
        XRayPropagator().extract({ $0 == "x-amzn-trace-id" ? header : nil }, into: &context)
        #expect(injected(context) == ["x-amzn-trace-id": header])
    }

    @Test(arguments: ["", "a87bd80c:1;x", "esc\u{1B}", String(repeating: "a", count: 256), "a87bd80c:1\r\nX: y"])
    func aLineageThatIsNoneIsNotPassedOn(lineage: String) {
        var context = InstrumentationContext.topLevel
        let header = "Root=\(Self.root);Parent=\(Self.span);Sampled=1;Lineage=\(lineage)"
        XRayPropagator().extract({ $0 == "x-amzn-trace-id" ? header : nil }, into: &context)
        let expected = lineage.hasPrefix("a87bd80c:1;") ? ";Lineage=a87bd80c:1" : ""
        #expect(
            injected(context) == ["x-amzn-trace-id": "Root=\(Self.root);Parent=\(Self.span);Sampled=1\(expected)"])
    }

    @Test func aRootWithoutParentSaysWhichTraceBeginsHere() throws {
        var context = InstrumentationContext.topLevel
        XRayPropagator().extract({ $0 == "x-amzn-trace-id" ? "Root=\(Self.root);Sampled=0" : nil }, into: &context)
        #expect(context.spanContext == nil)
        let seed = try #require(context.traceSeed)
        #expect(seed.traceID?.hex == Self.trace)
        #expect(seed.isSampled == false)
    }

    @Test func aRootWithoutParentDoesNotReplaceASpan() {
        var context = InstrumentationContext.topLevel
        context.spanContext = SpanContext(traceID: TraceID(high: 1, low: 2), spanID: SpanID(3), flags: 1)
        XRayPropagator().extract({ $0 == "x-amzn-trace-id" ? "Root=\(Self.root)" : nil }, into: &context)
        #expect(context.spanContext?.traceID == TraceID(high: 1, low: 2))
        #expect(context.traceSeed == nil)
    }

    @Test func thePlatformsSpanReplacesTheCallersButNotAnotherFormats() {
        let platform = "Root=1-00000001-000000000000000000000002;Parent=0000000000000003;Sampled=1"
        let headers = [
            "x-amzn-trace-id": "Root=\(Self.root);Parent=\(Self.span);Sampled=1", "_X_AMZN_TRACE_ID": platform,
        ]
        var context = InstrumentationContext.topLevel
        XRayPropagator().extract({ headers[$0] }, into: &context)
        #expect(context.spanContext?.spanID.hex == Self.span)

        context = .topLevel
        XRayPropagator(readsPlatform: true).extract({ headers[$0] }, into: &context)
        #expect(context.spanContext?.spanID == SpanID(3))

        context = .topLevel
        context.spanContext = SpanContext(traceID: TraceID(high: 1, low: 2), spanID: SpanID(9), flags: 1)
        XRayPropagator(readsPlatform: true).extract({ headers[$0] }, into: &context)
        #expect(context.spanContext?.spanID.hex == Self.span)
    }

    private func injected(_ context: InstrumentationContext) -> [String: String] {
        var headers: [String: String] = [:]
        XRayPropagator().inject(context) { headers[$0] = $1 }
        return headers
    }
}

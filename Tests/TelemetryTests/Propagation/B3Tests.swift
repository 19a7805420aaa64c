import OTLP
import Telemetry
import Testing
import Tracing

/// Zipkin's B3, as the format's own page and OpenTelemetry's rules for it have it.
@Suite struct B3Tests {
    private static let trace = "80f198ee56343ba864fe8b2a57d3eff7"
    private static let span = "e457b5a2e4d86bd1"

    @Test(
        arguments: [
            ("\(trace)-\(span)", trace, .deferred), ("\(trace)-\(span)-1", trace, .accepted),
            ("\(trace)-\(span)-0", trace, .denied), ("\(trace)-\(span)-d", trace, .debug),
            ("\(trace)-\(span)-1-05e3ac9a4f6e3b90", trace, .accepted),
            ("64fe8b2a57d3eff7-\(span)-1", "000000000000000064fe8b2a57d3eff7", .accepted),
            ("0000000000000001-\(span)", "00000000000000000000000000000001", .deferred),
            (" \(trace)-\(span)-1 ", trace, .accepted),
        ] as [(String, String, B3Propagator.Sampling)])
    func theSingleHeaderIsRead(header: String, trace: String, sampling: B3Propagator.Sampling) throws {
        let arrived = try #require(B3Propagator.parse(single: header))
        let span = try #require(arrived.span)
        #expect(span.traceID.hex == trace)
        #expect(span.spanID.hex == Self.span)
        #expect(arrived.sampling == sampling)
        #expect(span.isSampled == (sampling != .denied))
        #expect(span.isRemote)
    }

    @Test(arguments: [("0", .denied), ("1", .accepted), ("d", .debug)] as [(String, B3Propagator.Sampling)])
    func aDecisionMayComeAlone(header: String, sampling: B3Propagator.Sampling) {
        let arrived = B3Propagator.parse(single: header)
        #expect(arrived?.sampling == sampling)
        #expect(arrived?.span == nil)
    }

    @Test(arguments: [
        "", "-", "2", "D", "true", "\(trace)", "\(trace)-", "-\(span)", "\(trace)-\(span)-", "\(trace)-\(span)-2",
        "\(trace)-\(span)-true", "\(trace)-\(span)-1-", "\(trace)-\(span)-1-05e3",
        "\(trace)-\(span)-1-05e3ac9a4f6e3b90-x",
        "\(trace)-\(span)--05e3ac9a4f6e3b90", "\(trace)-0000000000000000-1", "0000000000000000-\(span)-1",
        "00000000000000000000000000000000-\(span)-1", "80F198EE56343BA864FE8B2A57D3EFF7-\(span)-1",
        "\(trace)-E457B5A2E4D86BD1-1", "0\(trace)-\(span)-1", "\(trace)-\(span)0-1", "\(trace)_\(span)_1",
        "\(trace)-\(span)-1,\(trace)-\(span)-1",
    ])
    func anInvalidSingleHeaderIsIgnored(header: String) {
        #expect(B3Propagator.parse(single: header) == nil)
    }

    @Test(
        arguments: [
            ([:], .deferred), (["x-b3-sampled": "1"], .accepted), (["x-b3-sampled": "0"], .denied),
            (["x-b3-sampled": "true"], .accepted), (["x-b3-sampled": "false"], .denied), (["x-b3-flags": "1"], .debug),
            (["x-b3-flags": "0"], .deferred), (["x-b3-flags": "1", "x-b3-sampled": "0"], .debug),
            (["x-b3-flags": "nonsense", "x-b3-sampled": "1"], .accepted),
            (["x-b3-parentspanid": "-"], .deferred),
        ] as [([String: String], B3Propagator.Sampling)])
    func theHeadersAreRead(more: [String: String], sampling: B3Propagator.Sampling) throws {
        let headers = more.merging(["x-b3-traceid": Self.trace, "x-b3-spanid": Self.span]) { $1 }
        let arrived = try #require(B3Propagator.parse { headers[$0] })
        #expect(arrived.span?.traceID.hex == Self.trace)
        #expect(arrived.span?.spanID.hex == Self.span)
        #expect(arrived.sampling == sampling)
    }

    @Test(
        arguments: [
            [:], ["x-b3-traceid": trace], ["x-b3-spanid": span], ["x-b3-traceid": trace, "x-b3-spanid": ""],
            ["x-b3-traceid": "", "x-b3-spanid": span],
            ["x-b3-traceid": trace, "x-b3-spanid": span, "x-b3-sampled": ""],
            ["x-b3-traceid": trace, "x-b3-spanid": span, "x-b3-sampled": "maybe"],
            ["x-b3-traceid": String(trace.dropLast()), "x-b3-spanid": span], ["x-b3-flags": "0"], ["x-b3-sampled": "2"],
            ["x-b3-traceid": trace, "x-b3-spanid": trace],
        ] as [[String: String]])
    func invalidHeadersAreIgnored(headers: [String: String]) {
        #expect(B3Propagator.parse { headers[$0] } == nil)
    }

    @Test func theSingleHeaderHasPrecedenceAndAnInvalidOneLeavesTheOthers() {
        let headers = [
            "b3": "\(Self.trace)-\(Self.span)-1", "x-b3-traceid": "1".padded(32), "x-b3-spanid": "1".padded(16),
        ]
        var context = InstrumentationContext.topLevel
        B3Propagator(injects: .multi).extract({ headers[$0] }, into: &context)
        #expect(context.spanContext?.traceID.hex == Self.trace)

        context = .topLevel
        B3Propagator(injects: .single).extract({ $0 == "b3" ? "nonsense" : headers[$0] }, into: &context)
        #expect(context.spanContext?.traceID == TraceID(high: 0, low: 1))
    }

    @Test func debugIsPassedOnInItsOwnWay() {
        var context = InstrumentationContext.topLevel
        B3Propagator(injects: .single).extract({ $0 == "b3" ? "\(Self.trace)-\(Self.span)-d" : nil }, into: &context)
        #expect(context.spanContext?.isSampled == true)
        #expect(injected(context, .single) == ["b3": "\(Self.trace)-\(Self.span)-d"])
        #expect(
            injected(context, .multi) == ["x-b3-traceid": Self.trace, "x-b3-spanid": Self.span, "x-b3-flags": "1"])
    }

    @Test(arguments: [(UInt8(1), "1"), (0, "0")])
    func aSpanIsWrittenWithoutItsParent(flags: UInt8, sampled: String) throws {
        var context = InstrumentationContext.topLevel
        context.spanContext = SpanContext(
            traceID: try #require(TraceID(hex: Self.trace)), spanID: try #require(SpanID(hex: Self.span)), flags: flags)
        #expect(injected(context, .single) == ["b3": "\(Self.trace)-\(Self.span)-\(sampled)"])
        #expect(
            injected(context, .multi) == [
                "x-b3-traceid": Self.trace, "x-b3-spanid": Self.span, "x-b3-sampled": sampled,
            ])
    }

    private func injected(_ context: InstrumentationContext, _ encoding: B3Propagator.Encoding) -> [String: String] {
        var headers: [String: String] = [:]
        let propagator = B3Propagator(injects: encoding)
        propagator.inject(context) { headers[$0] = $1 }
        #expect(Set(headers.keys).isSubset(of: propagator.fields))
        return headers
    }
}

extension String {
    fileprivate func padded(_ count: Int) -> String {
        String(repeating: "0", count: count - utf8.count) + self
    }
}

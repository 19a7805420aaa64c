import DeployGate
import OTLP
import Testing

/// The fleet: what is right passes, and the one thing that is wrong is found.
@Suite struct FleetRuleTests {
    @Test func aSilentFunctionThatWasCalledBlocks() throws {
        var sent = Sent()
        sent.sendsWorker = false
        let judged = try Judged(sent)
        #expect(judged.open("TG-FLT-01") == ["fail worker"])
        #expect(judged.saw("TG-FLT-01").contains("edge called it 3 times"))
    }

    @Test func aServiceThatNobodyDeclaresIsFound() throws {
        let manifest = Manifests.functions.replacing("  worker:", with: "  other:")
        let judged = try Judged(manifest: manifest)
        #expect(judged.open("TG-FLT-02") == ["fail worker"])
        #expect(judged.open("TG-FLT-01") == ["inconclusive other"])
    }

    @Test func aFunctionWithoutAnInvocationHasNotLostAnything() throws {
        var sent = Sent()
        sent.requestCount = 0
        sent.addsSpans = [
            Span(
                traceID: Sent.trace(900), spanID: SpanID(1), name: "old step", kind: .server,
                startTimeUnixNano: Sent.since - 5_000_000_000, endTimeUnixNano: Sent.since - 4_000_000_000)
        ]
        #expect(!(try Judged(sent).open("TG-REG-01")).contains("fail edge"))
    }

    @Test func whatTheVersionBeforeSentMayNotDisappear() throws {
        var sent = Sent()
        sent.addsSpans = [
            Span(
                traceID: Sent.trace(900), spanID: SpanID(1), name: "old step", kind: .server,
                startTimeUnixNano: Sent.since - 5_000_000_000, endTimeUnixNano: Sent.since - 4_000_000_000)
        ]
        let judged = try Judged(sent)
        #expect(judged.open("TG-REG-01") == ["fail edge", "inconclusive worker"])
        #expect(judged.saw("TG-REG-01").contains("span \"old step\""))
        #expect(judged.saw("TG-CST-02").contains("before"), "1 s before, 100 ms now")
    }

    @Test func withAVersionWhatOthersSentIsHistory() throws {
        let judged = try Judged(version: "1.5.0", evidenceVersion: "1.5.0")
        #expect(judged.open("TG-FLT-01").count == 2)
        #expect(judged.verdict.conclusion != .pass)
    }

    @Test func tooFewInvocationsAreInconclusive() throws {
        let judged = try Judged(gate: Judged.gate + "thresholds: {invocations-min: 10}\n")
        #expect(judged.open("TG-GATE-01") == ["inconclusive edge", "inconclusive worker"])
        #expect(judged.verdict.conclusion == .inconclusive)
    }

    @Test func aClockThatIsAheadIsInconclusive() throws {
        var sent = Sent()
        sent.startUnixNano = Sent.until + 3_600_000_000_000
        let judged = try Judged(sent)
        #expect(judged.open("TG-GATE-01") == ["inconclusive -"])
        #expect(judged.saw("TG-GATE-01").contains("ahead of this clock"))
    }
}

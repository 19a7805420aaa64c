import DeployGate
import OTLP
import Testing

/// Traces: what is right passes, and the one thing that is wrong is found.
@Suite struct TraceRuleTests {
    @Test func aFunctionWithoutEntrySpansIsFound() throws {
        var sent = Sent()
        sent.changeWorker = { span, _ in span.kind = .internal }
        let judged = try Judged(sent)
        #expect(judged.open("TG-TRC-01") == ["fail worker"])
        #expect(judged.open("TG-TRC-04") == ["fail edge"], "the call has nothing on its other side")
        #expect(judged.open("TG-GATE-01") == ["inconclusive worker"])
    }

    @Test func aLostParentIsFoundButNotThatOfAnOutsideCaller() throws {
        var sent = Sent()
        sent.changeWorker = { span, number in if number == 1 { span.parentSpanID = SpanID(77) } }
        let judged = try Judged(sent)
        #expect(judged.open("TG-TRC-02") == ["fail worker"])
        #expect(judged.saw("TG-TRC-02").contains("1 of 3"))
        sent.changeWorker = { _, _ in }
        sent.changeEdge = { span, _ in span.parentSpanID = SpanID(77) }
        #expect(try Judged(sent).open("TG-TRC-02") == [])
    }

    @Test func aTraceThatBeginsWithACallIsFound() throws {
        var sent = Sent()
        sent.addsSpans = [
            Span(
                traceID: Sent.trace(500), spanID: SpanID(1), name: "GET", kind: .client,
                startTimeUnixNano: Sent.since + 1_000_000_000,
                endTimeUnixNano: Sent.since + 2_000_000_000)
        ]
        #expect(try Judged(sent).open("TG-TRC-03") == ["fail edge"])
    }

    @Test func clutterIsFound() throws {
        var sent = Sent()
        sent.addsSpans = (0..<11).map {
            Span(
                traceID: Sent.trace(0), spanID: SpanID(100 + UInt64($0)), parentSpanID: SpanID(1), name: "step",
                kind: .internal,
                startTimeUnixNano: Sent.since + 60_000_000_000, endTimeUnixNano: Sent.since + 60_010_000_000)
        }
        #expect(try Judged(sent).open("TG-TRC-05") == ["fail edge"])
        sent.addsSpans = (0..<21).map {
            Span(
                traceID: Sent.trace(0), spanID: SpanID(100 + UInt64($0)), parentSpanID: SpanID(1), name: "step",
                kind: .client,
                startTimeUnixNano: Sent.since + 60_000_000_000, endTimeUnixNano: Sent.since + 60_000_100_000)
        }
        #expect(try Judged(sent).open("TG-TRC-05") == ["fail edge"])
    }

    @Test(arguments: [
        ("GET /lessons/{lesson}", true), ("GET /v2/lessons", true), ("GET /lessons/123456", false),
        ("load 550e8400-e29b-41d4-a716-446655440000", false), ("SELECT 2024", false), ("decade", true),
        ("s3 put", true),
    ])
    func idsInSpanNamesAreFound(_ name: String, _ isGood: Bool) throws {
        var sent = Sent()
        sent.edgeSpan = name
        #expect(try Judged(sent).open("TG-TRC-06") == (isGood ? [] : ["fail edge"]))
    }

    @Test func theErrorPathNeedsStatusExceptionAndLogOnOneSpan() throws {
        var sent = Sent()
        sent.changeWorker = { span, _ in span.events = [] }
        #expect(try Judged(sent).open("TG-TRC-07") == ["fail worker"], "edge has all three, and stands above it")
        sent.changeWorker = { _, _ in }
        sent.changeEdge = { span, _ in span.events = [] }
        let handedOn = try Judged(sent)
        #expect(handedOn.open("TG-TRC-07") == [], "edge hands the worker's error on")
        #expect(handedOn.saw("TG-TRC-07").contains("above one with exception and ERROR log"))
        sent.changeLog = { record, _ in record.severityNumber = .info }
        #expect(try Judged(sent).open("TG-TRC-07") == [], "the worker's log is enough")
        sent.changeLog = { _, _ in }
        sent.changeWorker = { span, _ in span.events = [] }
        sent.changeEdge = { span, _ in span.events = [] }
        #expect(try Judged(sent).open("TG-TRC-07") == ["fail edge", "fail worker"], "no exception")
        sent.changeEdge = { _, _ in }
        sent.changeLog = { record, _ in record.severityNumber = .info }
        #expect(try Judged(sent).open("TG-TRC-07") == ["fail edge", "fail worker"], "no ERROR log on edge's span")
        sent.changeWorker = { span, _ in span.status = nil }
        sent.changeEdge = { span, _ in span.status = nil }
        let judged = try Judged(sent)
        #expect(judged.open("TG-TRC-07") == ["inconclusive edge", "inconclusive worker"])
        #expect(judged.verdict.conclusion == .inconclusive, "of a user-facing function it has to be known")
    }

    @Test func missingFunctionAttributesAreNamed() throws {
        var sent = Sent()
        sent.changeEdge = { span, _ in span.attributes.removeAll { $0.key == "faas.trigger" } }
        let judged = try Judged(sent)
        #expect(judged.open("TG-TRC-08") == ["fail edge"])
        #expect(judged.saw("TG-TRC-08").contains("faas.trigger"))
    }
}

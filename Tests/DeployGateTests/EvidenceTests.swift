import DeployGate
import OTLP
import TelemetryStore
import Testing

@Suite struct EvidenceTests {
    @Test func theOrderOfBatchesDoesNotMatter() throws {
        let batches = Sent().batches()
        func verdict(_ batches: [ExportBatch]) throws -> [UInt8] {
            var builder = EvidenceBuilder(window: TimeWindow(sinceUnixNano: Sent.since, untilUnixNano: Sent.until))
            for batch in batches { builder.add(batch) }
            let deployment = Deployment(manifest: try Manifests.read(Manifests.functions), evidence: builder.finish())
            return ReportFormat.json.report(Verdict(deployment, at: Sent.until))
        }
        #expect(try verdict(batches) == verdict(batches.reversed()))
    }

    @Test func aSpanThatWasSentTwiceIsJudgedOnce() throws {
        var sent = Sent()
        sent.addsSpans = (0..<11).map {
            Span(
                traceID: Sent.trace(0), spanID: SpanID(100 + UInt64($0 % 6)), parentSpanID: SpanID(1), name: "step",
                kind: .internal,
                startTimeUnixNano: Sent.since + 60_000_000_000, endTimeUnixNano: Sent.since + 60_010_000_000)
        }
        #expect(try Judged(sent).open("TG-TRC-05") == [], "6 spans, 5 of them twice")
    }

    @Test func withMoreSpansThanAreKeptWholeTracesStandForAll() throws {
        var sent = Sent()
        // 700,000 spans of 233,334 traces; every hundredth has lost a parent.
        sent.requestCount = 233_334
        sent.spacingNanoseconds = 10_000_000
        sent.changeWorker = { span, number in if number % 100 == 0 { span.parentSpanID = SpanID(77) } }
        let judged = try Judged(sent, gate: Judged.gate + "rules: {TG-GATE-01: block}\n")
        #expect(judged.open("TG-TRC-02") == ["fail worker"])
        #expect(judged.open("TG-LOG-03") == [], "lines of traces that were let go are not called stray")
        #expect(judged.open("TG-TRC-01") == [])
        #expect(judged.saw("TG-GATE-01").contains("233334 invocations"), "counts are exact")
        #expect(judged.verdict.notes.contains { $0.contains("were judged on a sample") })
    }

    @Test func aQueuesConsumerAnswersItsProducerByALink() throws {
        var sent = Sent()
        sent.changeWorker = { span, number in
            span.links = [Span.Link(traceID: span.traceID, spanID: SpanID(2))]
            span.traceID = Sent.trace(1000 + number)
            span.parentSpanID = .zero
            span.kind = .consumer
        }
        let judged = try Judged(sent)
        #expect(judged.open("TG-TRC-04") == [])
        #expect(judged.open("TG-TRC-02") == [])
    }

    @Test func functionsAreKnownByNameByServiceNameAndByPattern() throws {
        let manifest = Manifests.functions.replacing("            triggers: [gateway: GET /lessons]", with: "")
            .replacing("  edge:", with: "  Edge:").replacing(
                "    layers: [otel-collector]", with: "    layers: [otel-collector]\n    names: [wor*]"
            )
            .replacing("  worker:", with: "  jobs:").replacing(
                "environment: {", with: "environment: {OTEL_SERVICE_NAME: edge, ")
        let judged = try Judged(manifest: manifest)
        #expect(judged.open("TG-FLT-01") == [])
        #expect(judged.open("TG-FLT-02") == [])
    }
}

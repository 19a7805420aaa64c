import DeployGate
import Foundation
import OTLP
import SegmentStore
import TelemetryStore
import Testing

/// Evidence out of a real store.
@Suite struct EvidenceReaderTests {
    /// A folder of segments that is gone after the test.
    private final class Store: EvidenceSource {
        let store: SegmentStore
        let path = NSTemporaryDirectory() + "gate-\(UInt64.random(in: .min ... .max))"

        init(_ batches: [ExportBatch]) async throws {
            store = try SegmentStore.open(writing: path)
            for batch in batches {
                switch batch {
                case .traces(let data): _ = try await store.append(data.protobuf(), of: .traces)
                case .logs(let data): _ = try await store.append(data.protobuf(), of: .logs)
                case .metrics(let data): _ = try await store.append(data.protobuf(), of: .metrics)
                }
            }
            try await store.flush()
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func aggregate(_ question: Aggregation) async throws(StoreError) -> [AggregateRow] {
            try await store.aggregate(question)
        }

        func spans(_ search: SpanSearch) async throws(StoreError) -> SearchPage<Span> { try await store.spans(search) }
        func logs(_ search: LogSearch) async throws(StoreError) -> SearchPage<LogRecord> {
            try await store.logs(search)
        }

        func metrics(since unixNano: UInt64, _ receive: (MetricsData) -> Void) async throws(StoreError) {
            receive(try await store.metricSample(since: unixNano).metrics)
        }
    }

    private func verdict(_ sent: Sent, version: String? = nil) async throws -> Verdict {
        let store = try await Store(sent.batches())
        let evidence = try await EvidenceReader(
            store, window: TimeWindow(sinceUnixNano: Sent.since, untilUnixNano: Sent.until),
            history: TimeWindow(sinceUnixNano: Sent.since - 86_400_000_000_000, untilUnixNano: Sent.since),
            version: version
        ).read()
        let configuration = try GateConfiguration(Array(Judged.gate.utf8), file: "gate.yaml")
        let deployment = Deployment(
            manifest: try Manifests.read(Manifests.functions), evidence: evidence, configuration: configuration)
        return Verdict(deployment, at: Sent.until)
    }

    private func told(_ verdict: Verdict) -> [String] {
        verdict.findings.map { "\($0.rule.id) \($0.status.rawValue) \($0.subject ?? "")" }
    }

    @Test func ofFewRecordsTheStoreTellsWhatWasSent() async throws {
        let verdict = try await verdict(Sent())
        #expect(told(verdict) == told(try Judged().verdict))
        #expect(verdict.notes.isEmpty)
    }

    @Test func ofManyRecordsCountsAreExactAndWholeTracesAreJudged() async throws {
        var sent = Sent()
        sent.requestCount = 45_000
        sent.spacingNanoseconds = 70_000_000
        sent.changeWorker = { span, number in if number % 20 == 0 { span.parentSpanID = SpanID(77) } }
        let verdict = try await verdict(sent)
        func saw(_ rule: String, _ subject: String) -> String? {
            verdict.findings.first { $0.rule.id == rule && $0.subject == subject }?.saw
        }
        #expect(saw("TG-GATE-01", "worker")?.hasPrefix("45000 invocations") == true)
        #expect(saw("TG-CFG-03", "edge")?.contains("99th percentile 100 ms") == true)
        #expect(saw("TG-TRC-02", "worker")?.contains("have lost their parent") == true)
        #expect(verdict.findings.contains { $0.rule.id == "TG-TRC-02" && $0.subject == "edge" && $0.status == .passed })
        #expect(verdict.findings.contains { $0.rule.id == "TG-LOG-03" && $0.status != .passed } == false)
        #expect(saw("TG-TRC-07", "edge")?.hasPrefix("1 failed span") == true, "the one failure is looked for")
        #expect(verdict.notes.contains { $0.contains("of 135000 spans, whole traces") })
    }

    @Test func withAVersionWhatOthersSentIsHistory() async throws {
        let verdict = try await verdict(Sent(), version: "1.5.0")
        let unseen = verdict.findings.filter { $0.rule.id == "TG-FLT-01" }.map(\.status)
        #expect(unseen == [.inconclusive, .inconclusive])
    }
}

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

        func sql(_ query: SQLQuery) async throws(StoreError) -> SQLTable { try await store.sql(query) }
    }

    private func verdict(
        _ sent: Sent, version: String? = nil, until: UInt64 = Sent.until, more: [ExportBatch] = []
    ) async throws -> Verdict {
        let store = try await Store(sent.batches() + more)
        let configuration = try GateConfiguration(Array(Judged.gate.utf8), file: "gate.yaml")
        let evidence = try await EvidenceReader(
            store, window: TimeWindow(sinceUnixNano: Sent.since, untilUnixNano: until),
            history: TimeWindow(sinceUnixNano: Sent.since - 86_400_000_000_000, untilUnixNano: Sent.since),
            version: version, configuration: configuration
        ).read()
        let deployment = Deployment(
            manifest: try Manifests.read(Manifests.functions), evidence: evidence, configuration: configuration)
        return Verdict(deployment, at: until)
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

    @Test(arguments: [(40, false), (101, true)])
    func spanNamesAreCountedByTheHour(_ namesInAnHour: Int, _ areTooMany: Bool) async throws {
        var sent = Sent()
        let letters = (0..<3).flatMap { hour in (0..<namesInAnHour).map { (hour, $0) } }
        sent.addsSpans = letters.enumerated().map { place, name in
            let start = Sent.since + UInt64(name.0) * 3_600_000_000_000 + UInt64(name.1) * 1_000_000_000
            return Span(
                traceID: Sent.trace(1_000 + place), spanID: SpanID(1),
                name: "step \(UnicodeScalar(UInt8(97 + name.0)))x\(name.1)", kind: .server,
                startTimeUnixNano: start, endTimeUnixNano: start + 1_000_000)
        }
        let verdict = try await verdict(sent, until: Sent.since + 3 * 3_600_000_000_000)
        let finding = try #require(verdict.findings.first { $0.rule.id == "TG-TRC-06" && $0.subject == "edge" })
        #expect((finding.status == .failed) == areTooMany, "\(finding.saw)")
    }

    @Test func ofManyPointsTheNewestAreReadAndNoServiceIsForgotten() async throws {
        var sent = Sent()
        let late = Sent.until - 10_000_000_000
        // 60,000 points of one series in the last seconds; everything else is an hour older.
        let points = (0..<60_000).map { number in
            var point = NumberDataPoint()
            point.timeUnixNano = late + UInt64(number)
            point.value = .int(Int64(number))
            return point
        }
        let many = Metric(
            name: "queue.length", unit: "{message}", data: .sum(points, temporality: .cumulative, isMonotonic: false))
        sent.metrics = Sent.faasMetrics
        let more = ExportBatch.metrics(
            MetricsData(resourceMetrics: [
                ResourceMetrics(resource: sent.resource("edge"), scopeMetrics: [ScopeMetrics(metrics: [many])])
            ]))
        let verdict = try await verdict(sent, more: [more])
        func status(_ rule: String, _ subject: String) -> Finding.Status? {
            verdict.findings.first { $0.rule.id == rule && $0.subject == subject }?.status
        }
        #expect(status("TG-MET-01", "worker") == .passed, "it measured itself an hour before the others")
        #expect(status("TG-MET-02", "queue.length") == .passed)
    }

    @Test func unitsAndBucketsFromBeforeTheWindowAreCompared() async throws {
        var sent = Sent()
        let before = Sent.since - 60_000_000_000
        sent.metrics =
            Sent.faasMetrics + [Sent.duration("a.time", "s"), Sent.duration("a.time", "s", bounds: [0.5], at: before)]
        let verdict = try await verdict(sent)
        let finding = verdict.findings.first { $0.rule.id == "TG-MET-03" && $0.subject == "a.time" }
        #expect(finding?.saw == "2 different sets of bucket bounds")
    }

    @Test func withAVersionWhatOthersSentIsHistory() async throws {
        let verdict = try await verdict(Sent(), version: "1.5.0")
        let unseen = verdict.findings.filter { $0.rule.id == "TG-FLT-01" }.map(\.status)
        #expect(unseen == [.inconclusive, .inconclusive])
    }
}

import DeployGate
import OTLP
import Synchronization
import TelemetryStore
import Testing

@Suite struct ProbeTests {
    private static let targets = [
        ProbeTarget(function: "edge", purpose: .failure, request: "GET /fails"),
        ProbeTarget(function: "edge", purpose: .success, request: "GET /works"),
    ]

    /// Functions that answer, and whose spans are in the store at once when `stores` says so.
    private final class Platform: Prober, RequestSource {
        let sent = Mutex<[(target: ProbeTarget, id: String)]>([])
        let stores: Bool
        let change: @Sendable (inout [Span]) -> Void

        init(stores: Bool = true, change: @escaping @Sendable (inout [Span]) -> Void = { _ in }) {
            self.stores = stores
            self.change = change
        }

        func send(_ target: ProbeTarget, requestID: String) async -> ProbeAnswer {
            sent.withLock { $0.append((target, requestID)) }
            return target.request == "GET /works"
                ? ProbeAnswer("HTTP 200", .success) : ProbeAnswer("HTTP 502", .failure)
        }

        func request(_ text: String) async throws(StoreError) -> RequestLookup {
            guard stores, let number = sent.withLock({ $0.firstIndex { $0.id == text } }) else { return .notFound }
            let trace = Sent.trace(number)
            let start = Sent.since + 10_000_000_000
            var spans = [
                Span(
                    traceID: trace, spanID: SpanID(1), name: "GET", kind: .server, startTimeUnixNano: start,
                    endTimeUnixNano: start + 1_000_000,
                    status: sent.withLock { $0[number].target.purpose } == .failure ? .init(code: .error) : nil),
                Span(
                    traceID: trace, spanID: SpanID(2), parentSpanID: SpanID(1), name: "work", kind: .server,
                    startTimeUnixNano: start, endTimeUnixNano: start + 500_000),
            ]
            change(&spans)
            let groups = zip(["edge", "worker"], spans).map { name, span in
                ResourceSpans(
                    resource: Resource(attributes: [Attribute("service.name", .string(name))]),
                    scopeSpans: [ScopeSpans(spans: [span])])
            }
            return .found(
                RequestRecords(
                    id: text, key: .requestID, traceIDs: [trace],
                    records: TraceRecords(traces: TracesData(resourceSpans: groups))))
        }
    }

    private func report(_ platform: Platform, now: UInt64 = Sent.since) async throws -> ProbeReport {
        try await ProbeRun(prober: platform, source: platform, patience: .milliseconds(300), now: { now }).report(
            on: Self.targets)
    }

    @Test func requestsGoOutInOrderWithIdsOfTheirOwn() async throws {
        let platform = Platform()
        let report = try await report(platform)
        #expect(report.requests.map(\.purpose) == [.success, .failure])
        #expect(Set(report.requests.map(\.requestID)).count == 2)
        #expect(report.requests.allSatisfy { $0.requestID.hasPrefix("gate-") && $0.isAsExpected && $0.isStored })
        let judged = try Judged(probe: report)
        #expect(judged.open("TG-TRC-01") == [] && judged.open("TG-TRC-02") == [] && judged.open("TG-TRC-09") == [])
    }

    @Test func aRequestThatIsNotStoredInTimeIsLateAndTheFunctionBlind() async throws {
        let report = try await report(Platform(stores: false))
        let judged = try Judged(probe: report)
        #expect(judged.open("TG-TRC-09") == ["fail edge", "inconclusive worker"])
        #expect(judged.open("TG-TRC-01") == ["fail edge"])
        var silent = Sent()
        silent.requestCount = 0
        silent.metrics = []
        silent.sendsWorker = false
        let blind = try Judged(silent, probe: report)
        #expect(blind.open("TG-FLT-01") == ["fail edge", "inconclusive worker"], "it answered and sent nothing")
        #expect(blind.verdict.conclusion == .blocked)
    }

    @Test func aRequestThatFallsApartIsBroken() async throws {
        let apart = try await report(Platform { $0[1].parentSpanID = .zero })
        #expect(try Judged(probe: apart).saw("TG-TRC-02").contains("falls into 2 traces"))
        let lost = try await report(Platform { $0[1].parentSpanID = SpanID(9) })
        #expect(try Judged(probe: lost).open("TG-TRC-02") == ["fail edge"])
    }

    @Test func aClockThatIsBehindIsMeasuredByTheProbe() async throws {
        let report = try await report(Platform(), now: Sent.since + 600_000_000_000)
        #expect(try Judged(probe: report).open("TG-GATE-01") == ["inconclusive -"])
    }

    @Test func endpointsOfTheManifestAreProbedWhenNothingElseIsSaid() throws {
        let manifest = try Manifests.read(Manifests.functions)
        #expect(manifest.probeTargets == [ProbeTarget(function: "edge", purpose: .success, request: "GET /lessons")])
        let holes = try Manifests.read(Manifests.functions.replacing("GET /lessons", with: "\"GET /lessons/{id}\""))
        #expect(holes.probeTargets.isEmpty)
    }

    /// Answers everything alike.
    private struct Answering: Prober {
        var answer: ProbeAnswer
        func send(_ target: ProbeTarget, requestID: String) async -> ProbeAnswer { answer }
    }

    private func judged(answering answer: ProbeAnswer) async throws -> Judged {
        let run = ProbeRun(
            prober: Answering(answer: answer), source: Platform(stores: false), patience: .milliseconds(1),
            now: { Sent.since })
        return try Judged(probe: try await run.report(on: Self.targets))
    }

    @Test func aRequestWithoutAnAnswerProvesNothing() async throws {
        let judged = try await judged(answering: ProbeAnswer("no answer (Connection refused)", .silence))
        #expect(judged.verdict.conclusion == .inconclusive)
        #expect(judged.open("TG-GATE-01") == ["inconclusive edge", "inconclusive edge"])
        #expect(judged.saw("TG-GATE-01").contains("success GET /works: no answer (Connection refused)"))
        #expect(judged.open("TG-TRC-09") == ["inconclusive edge", "inconclusive worker"], "nothing was late")
    }

    @Test func anAnswerThatIsNotTheExpectedOneProvesNothing() async throws {
        let missing = try await judged(answering: ProbeAnswer("HTTP 404", .failure))
        #expect(missing.saw("TG-GATE-01").contains("success GET /works: HTTP 404; must succeed"))
        #expect(missing.verdict.conclusion != .pass)
        let fine = try await judged(answering: ProbeAnswer("HTTP 200", .success))
        #expect(fine.saw("TG-GATE-01").contains("failure GET /fails: HTTP 200; must fail"))
    }

    @Test(arguments: [ReportFormat.human, .json])
    func reportsTellOfEachRequest(_ format: ReportFormat) async throws {
        let verdict = try await judged(answering: ProbeAnswer("HTTP 404", .failure)).verdict
        let text = String(decoding: format.report(verdict), as: UTF8.self)
        #expect(verdict.probes.count == 2)
        for probe in verdict.probes { #expect(text.contains(probe.requestID) && text.contains("HTTP 404")) }
    }

    @Test func aVersionOfWhichNothingHasArrivedIsNamedWithThoseThatSend() throws {
        let judged = try Judged(evidenceVersion: "v9")
        #expect(judged.saw("TG-FLT-01").contains("nothing of version v9 has arrived, only of "))
    }
}

import OTLP
public import TelemetryStore
import TraceAssembly

/// Sends the gate's own requests, one after another, and proves of each that the viewer can stitch it.
///
/// 1. For each function the cold start first, then success, then failure.
/// 2. After each answer the store is asked for the request id until the story is there and has stopped growing, or the
///    patience is over. The next request is sent only then: what comes later is late by one.
public struct ProbeRun: Sendable {
    var prober: any Prober
    var source: any RequestSource
    /// How long telemetry may take to arrive after the answer.
    var patience: Duration
    var now: @Sendable () -> UInt64

    private static let pause = Duration.milliseconds(50)

    public init(
        prober: any Prober, source: any RequestSource, patience: Duration, now: @escaping @Sendable () -> UInt64
    ) {
        self.prober = prober
        self.source = source
        self.patience = patience
        self.now = now
    }

    /// - Throws: when the store cannot be read; the gate then judges nothing.
    public func report(on targets: [ProbeTarget]) async throws(StoreError) -> ProbeReport {
        var report = ProbeReport()
        for target in targets.sorted(by: { $0.order < $1.order }) {
            var request = ProbeReport.Request(
                target: target, requestID: ProbeRun.newRequestID(), sentUnixNano: now())
            let answer = await prober.send(target, requestID: request.requestID)
            request.answer = answer.text
            request.wasAnswered = answer.outcome != .silence
            request.isAsExpected = answer.outcome == (target.purpose == .failure ? .failure : .success)
            if request.wasAnswered {
                (request.story, request.arrivalMilliseconds) = try await story(of: request)
            }
            report.requests.append(request)
        }
        return report
    }

    /// - Returns: the story, and after how many milliseconds it was as large as it has become.
    private func story(
        of request: ProbeReport.Request
    ) async throws(StoreError) -> (ProbeReport.StoryFacts?, arrivalMilliseconds: Double?) {
        let clock = ContinuousClock()
        let start = clock.now
        var last: (facts: ProbeReport.StoryFacts, milliseconds: Double)?
        while true {
            let asked = clock.now
            if case .found(let records) = try await source.request(request.requestID) {
                let facts = ProbeReport.StoryFacts(records)
                if let last, last.facts.spanCount == facts.spanCount, last.facts.logCount == facts.logCount {
                    if facts.isWhole(after: request) { return (facts, last.milliseconds) }
                } else {
                    last = (facts, (asked - start) / .milliseconds(1))
                }
            }
            guard clock.now < start + patience, !Task.isCancelled else { return (last?.facts, last?.milliseconds) }
            try? await Task.sleep(for: ProbeRun.pause)
        }
    }

    private static func newRequestID() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return "gate-" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension ProbeTarget {
    /// By function, the cold start first.
    var order: (String, Int) {
        switch purpose {
        case .coldStart: (function, 0)
        case .success: (function, 1)
        case .failure: (function, 2)
        }
    }
}

extension Manifest {
    /// What can be asked of the manifest's own endpoints: those whose method is GET and whose path has no holes.
    public var probeTargets: [ProbeTarget] {
        functions.flatMap { function in
            function.triggers.compactMap { trigger in
                let parts = trigger.detail.split(separator: " ")
                guard trigger.isSynchronous, parts.count == 2, ["GET", "ANY"].contains(parts[0]),
                    parts[1].hasPrefix("/"),
                    !parts[1].contains("{"), !parts[1].contains("*"), !parts[1].contains(":")
                else { return nil }
                return ProbeTarget(function: function.name, purpose: .success, request: "GET \(parts[1])")
            }
        }
    }
}

extension ProbeReport.StoryFacts {
    /// What the viewer's own assembly makes of a request.
    init(_ request: RequestRecords) {
        let story = StoryAssembler.assemble(
            id: request.id, traceIDs: request.traceIDs, traces: request.records.traces, logs: request.records.logs)
        self.init()
        let spans = story.nodes.compactMap { node in node.span.map { (node, $0) } }
        spanCount = spans.count
        logCount = story.nodes.reduce(0) { $0 + $1.logs.count }
        hasErrorLog = story.nodes.contains { $0.logs.contains { $0.record.severityNumber >= .error } }
        if let arrival = story.arrival {
            isGrowing = arrival.arrivedSpans < arrival.begunSpans || arrival.arrivedLogs < arrival.begunLogs
        }
        separateRootCount = max(0, story.roots.count { story.nodes[$0].span != nil } - 1)
        lostParentCount = story.problems.count { if case .lostParent = $0 { true } else { false } }
        services = Set(spans.map(\.0.service))
        entryServices = Set(spans.filter { $0.1.kind == .server || $0.1.kind == .consumer }.map(\.0.service))
        hasError = story.nodes.contains { $0.isError }
        hasColdStart = spans.contains { $0.1.attributes["faas.coldstart"] == .bool(true) }
        startUnixNano = spans.map(\.1.startTimeUnixNano).min() ?? 0
    }
}

extension ProbeReport.StoryFacts {
    /// Whether nothing shows that more is to come. Log lines mostly come later than spans: of a failure one is waited for.
    fileprivate func isWhole(after request: ProbeReport.Request) -> Bool {
        lostParentCount == 0 && !isGrowing && (request.purpose != .failure || !request.isAsExpected || hasErrorLog)
    }
}

import DeployGate
import OTLP
import TelemetryStore

/// Telemetry of two functions that do everything right: `edge` calls `worker`, one request of three fails.
///
/// Tests change one thing and see which rule notices.
struct Sent {
    static let since: UInt64 = 1_700_000_000_000_000_000
    static let until = since + 3_600_000_000_000

    var version: String? = "1.4.0"
    var requestCount = 3
    var spacingNanoseconds: UInt64 = 1_000_000_000
    var environment = "staging"
    var edgeSpan = "GET /lessons"
    var changeEdgeResource: (inout Resource) -> Void = { _ in }
    var changeEdge: (inout Span, Int) -> Void = { _, _ in }
    var changeWorker: (inout Span, Int) -> Void = { _, _ in }
    var changeLog: (inout LogRecord, Int) -> Void = { _, _ in }
    var sendsWorker = true
    var addsSpans: [Span] = []
    var metrics: [Metric] = Sent.faasMetrics
    var startUnixNano = Sent.since + 60_000_000_000

    static let faasMetrics: [Metric] = [
        counter("faas.invocations", "{invocation}"), counter("faas.errors", "{error}"),
        duration("faas.invoke_duration", "s"),
        memory(150 << 20),
    ]

    static func counter(_ name: String, _ unit: String, attributes: [Attribute] = []) -> Metric {
        var point = NumberDataPoint()
        point.timeUnixNano = since + 120_000_000_000
        point.value = .int(3)
        point.attributes = attributes
        return Metric(name: name, unit: unit, data: .sum([point], temporality: .delta, isMonotonic: true))
    }

    static func duration(
        _ name: String, _ unit: String, bounds: [ExactDouble] = [0.1, 1], at time: UInt64 = since + 120_000_000_000
    ) -> Metric {
        var point = HistogramDataPoint()
        point.timeUnixNano = time
        point.count = 3
        point.explicitBounds = bounds
        point.bucketCounts = [3] + bounds.map { _ in 0 }
        return Metric(name: name, unit: unit, data: .histogram([point], temporality: .delta))
    }

    static func memory(_ bytes: Int) -> Metric {
        var point = HistogramDataPoint()
        point.timeUnixNano = since + 120_000_000_000
        point.count = 1
        point.max = ExactDouble(Double(bytes))
        return Metric(name: "faas.mem_usage", unit: "By", data: .histogram([point], temporality: .delta))
    }

    static func trace(_ number: Int) -> TraceID { TraceID(high: 7, low: UInt64(number) + 1) }

    func resource(_ service: String) -> Resource {
        var attributes: [Attribute] = [
            Attribute("service.name", .string(service)), Attribute("service.instance.id", .string("\(service)-1")),
            Attribute("deployment.environment.name", .string(environment)),
            Attribute("cloud.resource_id", .string("arn:\(service)")),
        ]
        if let version { attributes.append(Attribute("service.version", .string(version))) }
        return Resource(attributes: attributes)
    }

    func batches() -> [ExportBatch] {
        var edge: [Span] = []
        var worker: [Span] = []
        var logs: [LogRecord] = []
        for number in 0..<requestCount {
            let start = startUnixNano + UInt64(number) * spacingNanoseconds
            let failed = number == 0
            let trace = Sent.trace(number)
            var root = span(trace, 1, edgeSpan, .server, start, 100, invocation: "e\(number)")
            let call = Span(
                traceID: trace, spanID: SpanID(2), parentSpanID: SpanID(1), name: "GET", kind: .client,
                startTimeUnixNano: start + 1_000_000, endTimeUnixNano: start + 90_000_000,
                attributes: [Attribute("faas.invoked_name", "worker")])
            var served = span(trace, 3, "work", .server, start + 5_000_000, 50, invocation: "w\(number)")
            served.parentSpanID = SpanID(2)
            if failed {
                for keyPath in [\Span.status] {
                    root[keyPath: keyPath] = .init(code: .error); served[keyPath: keyPath] = .init(code: .error)
                }
            }
            if failed {
                let exception = Span.Event(
                    timeUnixNano: start, name: "exception", attributes: [Attribute("exception.type", "E")])
                root.events = [exception]
                served.events = [exception]
            }
            changeEdge(&root, number)
            changeWorker(&served, number)
            edge += [root, call]
            worker.append(served)
            for spanID in [SpanID(1), SpanID(3)] {
                var record = LogRecord(
                    timeUnixNano: start, severityNumber: failed ? .error : .info, body: "done",
                    attributes: [Attribute("request.id", .string("r\(number)"))], traceID: trace, spanID: spanID)
                if spanID == SpanID(1) { changeLog(&record, number) }
                logs.append(record)
            }
        }
        var edgeResource = resource("edge")
        changeEdgeResource(&edgeResource)
        let isEdge: (LogRecord) -> Bool = { $0.spanID != SpanID(3) }
        var result = [
            traces(edgeResource, edge + addsSpans), self.logs(edgeResource, logs.filter(isEdge)),
            metricData(edgeResource),
        ]
        if sendsWorker {
            result += [
                traces(resource("worker"), worker), self.logs(resource("worker"), logs.filter { !isEdge($0) }),
                metricData(resource("worker")),
            ]
        }
        return result
    }

    func evidence(version: String? = nil) -> Evidence {
        var builder = EvidenceBuilder(
            window: TimeWindow(sinceUnixNano: Sent.since, untilUnixNano: Sent.until), version: version)
        for batch in batches() { builder.add(batch) }
        return builder.finish()
    }

    private func span(
        _ trace: TraceID, _ id: UInt64, _ name: String, _ kind: Span.Kind, _ start: UInt64, _ milliseconds: UInt64,
        invocation: String
    ) -> Span {
        Span(
            traceID: trace, spanID: SpanID(id), name: name, kind: kind, startTimeUnixNano: start,
            endTimeUnixNano: start + milliseconds * 1_000_000,
            attributes: [
                Attribute("faas.invocation_id", .string(invocation)), Attribute("faas.coldstart", false),
                Attribute("faas.trigger", "http"),
            ])
    }

    private func traces(_ resource: Resource, _ spans: [Span]) -> ExportBatch {
        .traces(TracesData(resourceSpans: [ResourceSpans(resource: resource, scopeSpans: [ScopeSpans(spans: spans)])]))
    }

    private func logs(_ resource: Resource, _ records: [LogRecord]) -> ExportBatch {
        .logs(LogsData(resourceLogs: [ResourceLogs(resource: resource, scopeLogs: [ScopeLogs(logRecords: records)])]))
    }

    private func metricData(_ resource: Resource) -> ExportBatch {
        .metrics(
            MetricsData(resourceMetrics: [
                ResourceMetrics(resource: resource, scopeMetrics: [ScopeMetrics(metrics: metrics)])
            ]))
    }
}

/// A deployment judged.
struct Judged {
    let verdict: Verdict
    let deployment: Deployment

    init(
        _ sent: Sent = Sent(), manifest: String = Manifests.functions, gate: String = Judged.gate,
        version: String? = nil,
        probe: ProbeReport? = nil, now: UInt64 = Sent.until, evidenceVersion: String? = nil
    ) throws {
        let configuration = try GateConfiguration(Array(gate.utf8), file: "gate.yaml")
        deployment = Deployment(
            manifest: try Manifests.read(manifest, as: "functions.yaml"),
            evidence: sent.evidence(version: evidenceVersion),
            configuration: configuration, probe: probe, version: version)
        verdict = Verdict(deployment, at: now)
    }

    static let gate = "traffic: {default: 1 million}\n"

    /// What a rule says, as `status subject`, without those that passed.
    func open(_ rule: String) -> [String] {
        verdict.findings.filter { $0.rule.id == rule && $0.status != .passed }.map {
            "\($0.status.rawValue) \($0.subject ?? "-")"
        }
    }

    func saw(_ rule: String) -> String {
        verdict.findings.filter { $0.rule.id == rule }.map(\.saw).joined(separator: "; ")
    }

    var blocking: [String] {
        verdict.findings.filter { $0.level == .block && $0.status != .passed && $0.status != .waived }.map(\.rule.id)
    }
}

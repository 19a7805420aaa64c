import OTLP
public import Telemetry

/// What every exporter must keep, wherever it sends.
public enum ExporterConformance {
    /// Throws what the exporter breaks: its deadline, or an answer that makes no sense.
    ///
    /// - Parameter isReachable: whether what stands behind it takes requests; else it must ask for another attempt.
    public static func check(_ exporter: some Exporter, isReachable: Bool) throws(Violation) {
        for signal in Signal.allCases {
            for body in bodies(signal) {
                let start = ContinuousClock.now
                let outcome = exporter.export(body, of: signal, deadline: start + .milliseconds(500))
                let elapsed = ContinuousClock.now - start
                if elapsed > .seconds(2) {
                    throw Violation(rule: "an export must end at its deadline", evidence: "\(elapsed) for \(signal)")
                }
                switch outcome {
                case .delivered(let rejected):
                    if !isReachable {
                        throw Violation(
                            rule: "what has not arrived must not be called delivered", evidence: "\(signal)")
                    }
                    if rejected != 0 {
                        throw Violation(rule: "well-formed records must be taken", evidence: "\(rejected) rejected")
                    }
                case .retry(_, let reason):
                    if isReachable { throw Violation(rule: "a request must be taken", evidence: reason) }
                case .refused(let reason):
                    throw Violation(rule: "a well-formed request must not be refused", evidence: reason)
                }
            }
        }
        // Nothing can be sent any more when the time is over already.
        let start = ContinuousClock.now
        _ = exporter.export(bodies(.traces)[0], of: .traces, deadline: start - .seconds(1))
        if ContinuousClock.now - start > .seconds(2) {
            throw Violation(rule: "an export whose deadline has passed must end at once", evidence: "it went on")
        }
    }

    private static func bodies(_ signal: Signal) -> [[UInt8]] {
        let resource = Resource(attributes: [Attribute("service.name", "conformance")])
        switch signal {
        case .traces:
            let span = Span(
                traceID: TraceID(high: 1, low: 1), spanID: SpanID(1), name: "checked", startTimeUnixNano: 1,
                endTimeUnixNano: 2)
            let scope = ScopeSpans(spans: Array(repeating: span, count: 100))
            return [TracesData(resourceSpans: [ResourceSpans(resource: resource, scopeSpans: [scope])]).protobuf(), []]
        case .logs:
            let scope = ScopeLogs(logRecords: [LogRecord(timeUnixNano: 1, body: "checked")])
            return [LogsData(resourceLogs: [ResourceLogs(resource: resource, scopeLogs: [scope])]).protobuf(), []]
        case .metrics:
            var point = NumberDataPoint()
            point.timeUnixNano = 1
            point.value = .int(1)
            let scope = ScopeMetrics(metrics: [Metric(name: "checked", data: .gauge([point]))])
            return [
                MetricsData(resourceMetrics: [ResourceMetrics(resource: resource, scopeMetrics: [scope])]).protobuf(),
                [],
            ]
        }
    }
}

public import OTLP
import Synchronization
public import Telemetry

/// Keeps everything it is given, decoded; answers as it was told.
public final class InMemoryExporter: Exporter {
    private let state: Mutex<State>

    private struct State {
        var requests: [(signal: Signal, body: [UInt8])] = []
        var outcomes: [ExportOutcome]
    }

    /// `outcomes` in the order of the requests; afterwards everything is delivered.
    public init(_ outcomes: [ExportOutcome] = []) {
        state = Mutex(State(outcomes: outcomes))
    }

    public func export(_ request: [UInt8], of signal: Signal, deadline: ContinuousClock.Instant) -> ExportOutcome {
        state.withLock { state in
            state.requests.append((signal, request))
            return state.outcomes.isEmpty ? .delivered(rejected: 0) : state.outcomes.removeFirst()
        }
    }

    public var requestCount: Int { state.withLock { $0.requests.count } }

    /// In the order in which they ended.
    public var spans: [Span] {
        bodies(.traces).flatMap { (try? TracesData.decode(protobuf: $0))?.data.resourceSpans ?? [] }
            .flatMap(\.scopeSpans).flatMap(\.spans)
    }

    public var logRecords: [LogRecord] {
        bodies(.logs).flatMap { (try? LogsData.decode(protobuf: $0))?.data.resourceLogs ?? [] }
            .flatMap(\.scopeLogs).flatMap(\.logRecords)
    }

    public var metrics: [Metric] {
        bodies(.metrics).flatMap { (try? MetricsData.decode(protobuf: $0))?.data.resourceMetrics ?? [] }
            .flatMap(\.scopeMetrics).flatMap(\.metrics)
    }

    private func bodies(_ signal: Signal) -> [[UInt8]] {
        state.withLock { $0.requests.filter { $0.signal == signal }.map(\.body) }
    }
}

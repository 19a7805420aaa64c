import OTLP
import Synchronization
import Telemetry
import Tracing

/// Keeps every request that it is given, and answers as it was told.
final class RecordingExporter: Exporter {
    private let state: Mutex<State>

    private struct State {
        var requests: [(signal: Signal, bytes: [UInt8])] = []
        var outcomes: [ExportOutcome]
    }

    /// `outcomes` in the order of the requests; afterwards everything is delivered.
    init(_ outcomes: [ExportOutcome] = []) {
        state = Mutex(State(outcomes: outcomes))
    }

    func export(_ request: [UInt8], of signal: Signal, deadline: ContinuousClock.Instant) -> ExportOutcome {
        state.withLock { state in
            state.requests.append((signal, request))
            // Metrics, which the library also has of itself, always arrive.
            return state.outcomes.isEmpty || signal == .metrics ? .delivered(rejected: 0) : state.outcomes.removeFirst()
        }
    }

    var requestCount: Int { state.withLock { $0.requests.count } }

    func spans() throws -> [OTLP.Span] {
        try requests(.traces).flatMap { try TracesData.decode(protobuf: $0).data.resourceSpans }
            .flatMap(\.scopeSpans).flatMap(\.spans)
    }

    func scopeLogs() throws -> [ScopeLogs] {
        try requests(.logs).flatMap { try LogsData.decode(protobuf: $0).data.resourceLogs }.flatMap(\.scopeLogs)
    }

    func resources() throws -> [Resource?] {
        try requests(.traces).flatMap { try TracesData.decode(protobuf: $0).data.resourceSpans }.map(\.resource)
    }

    private func requests(_ signal: Signal) -> [[UInt8]] {
        state.withLock { $0.requests.filter { $0.signal == signal }.map(\.bytes) }
    }
}

extension OTLP.Span {
    /// What the code has set: without the counts that an export adds.
    var ownAttributes: [Attribute] { attributes.filter { !$0.key.hasPrefix("telemetry.") } }
}

/// Headers as a plain dictionary.
struct DictionaryCarrier: Extractor, Injector {
    func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
    func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
}

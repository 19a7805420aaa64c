public import OTLP
public import TelemetryStore

/// What the gate asks of a store: a data folder on this machine, or a collector over the network.
///
/// Each question means what the one of the same name means in `TelemetryStore`.
public protocol EvidenceSource: Sendable {
    func aggregate(_ aggregation: Aggregation) async throws(StoreError) -> [AggregateRow]
    func spans(_ search: SpanSearch) async throws(StoreError) -> SearchPage<Span>
    func logs(_ search: LogSearch) async throws(StoreError) -> SearchPage<LogRecord>
    func records(of traces: [TraceID]) async throws(StoreError) -> TraceRecords
    /// Every stored metric, some at a time.
    func metrics(_ receive: (MetricsData) -> Void) async throws(StoreError)
}

/// Evidence from a store in this process.
public struct StoreEvidence: EvidenceSource {
    private let store: any TelemetryStore

    public init(_ store: any TelemetryStore) {
        self.store = store
    }

    public func aggregate(_ aggregation: Aggregation) async throws(StoreError) -> [AggregateRow] {
        try await store.aggregate(aggregation)
    }

    public func spans(_ search: SpanSearch) async throws(StoreError) -> SearchPage<Span> {
        try await store.spans(search)
    }

    public func logs(_ search: LogSearch) async throws(StoreError) -> SearchPage<LogRecord> {
        try await store.logs(search)
    }

    public func records(of traces: [TraceID]) async throws(StoreError) -> TraceRecords {
        try await store.records(of: traces)
    }

    public func metrics(_ receive: (MetricsData) -> Void) async throws(StoreError) {
        do {
            try await store.export(.metrics) { if case .metrics(let data) = $0 { receive(data) } }
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.unreadable, "cannot read the metrics: \(error)")
        }
    }
}

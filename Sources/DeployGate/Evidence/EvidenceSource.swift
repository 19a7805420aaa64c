public import OTLP
public import TelemetryStore

/// What the gate asks of a store: a data folder on this machine, or a collector over the network.
///
/// The first three questions mean what those of the same name mean in `TelemetryStore`.
public protocol EvidenceSource: Sendable {
    func aggregate(_ aggregation: Aggregation) async throws(StoreError) -> [AggregateRow]
    func spans(_ search: SpanSearch) async throws(StoreError) -> SearchPage<Span>
    func logs(_ search: LogSearch) async throws(StoreError) -> SearchPage<LogRecord>
    /// Metrics with points since a moment, some at a time; older ones may come along.
    func metrics(since unixNano: UInt64, _ receive: (MetricsData) -> Void) async throws(StoreError)
}

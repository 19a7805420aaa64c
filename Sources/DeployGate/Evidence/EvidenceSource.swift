public import OTLP
public import TelemetryStore

/// What the gate asks of a store: a data folder on this machine, or a collector over the network.
///
/// The questions mean what those of the same name mean in `TelemetryStore`; whoever is asked, the answers are the same.
public protocol EvidenceSource: Sendable {
    func aggregate(_ aggregation: Aggregation) async throws(StoreError) -> [AggregateRow]
    func spans(_ search: SpanSearch) async throws(StoreError) -> SearchPage<Span>
    func logs(_ search: LogSearch) async throws(StoreError) -> SearchPage<LogRecord>
    func sql(_ query: SQLQuery) async throws(StoreError) -> SQLTable
}

import DeployGate
import OTLP
import TelemetryStore

/// Evidence from a running collector.
struct CollectorEvidence: EvidenceSource {
    let address: String

    func aggregate(_ aggregation: Aggregation) async throws(StoreError) -> [AggregateRow] { throw missing }
    func spans(_ search: SpanSearch) async throws(StoreError) -> SearchPage<Span> { throw missing }
    func logs(_ search: LogSearch) async throws(StoreError) -> SearchPage<LogRecord> { throw missing }
    func records(of traces: [TraceID]) async throws(StoreError) -> TraceRecords { throw missing }
    func metrics(_ receive: (MetricsData) -> Void) async throws(StoreError) { throw missing }

    private var missing: StoreError {
        StoreError(
            .unreadable, "cannot read evidence over the network yet; name the collector's --data-dir", place: address)
    }
}

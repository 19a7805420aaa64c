import DeployGate
import OTLP
import TelemetryStore

/// Evidence from wherever traceview reads.
struct SourceEvidence: EvidenceSource {
    let source: any TelemetrySource

    func aggregate(_ aggregation: Aggregation) async throws(StoreError) -> [AggregateRow] {
        try await source.aggregate(aggregation)
    }

    func spans(_ search: SpanSearch) async throws(StoreError) -> SearchPage<Span> { try await source.spans(search) }
    func logs(_ search: LogSearch) async throws(StoreError) -> SearchPage<LogRecord> { try await source.logs(search) }

    func sql(_ query: SQLQuery) async throws(StoreError) -> SQLTable { try await source.sql(query) }
}

import OTLP
import TelemetryStore

/// Telemetry as a store on this machine holds it.
struct StoreSource: TelemetrySource {
    let store: any TelemetryStore

    func request(_ text: String) async throws(StoreError) -> RequestLookup {
        try await store.request(text)
    }

    func spans(_ search: SpanSearch) async throws(StoreError) -> SearchPage<Span> { try await store.spans(search) }
    func logs(_ search: LogSearch) async throws(StoreError) -> SearchPage<LogRecord> { try await store.logs(search) }
    func aggregate(_ aggregation: Aggregation) async throws(StoreError) -> [AggregateRow] {
        try await store.aggregate(aggregation)
    }
    func sql(_ query: SQLQuery) async throws(StoreError) -> SQLTable { try await store.sql(query) }
}

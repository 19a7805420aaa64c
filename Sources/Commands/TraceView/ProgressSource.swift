import OTLP
import TelemetryStore

/// A source that says on the terminal when an answer takes its time.
struct ProgressSource: TelemetrySource {
    let source: any TelemetrySource

    func request(_ text: String) async throws(StoreError) -> RequestLookup {
        let progress = Progress("reading")
        defer { progress.end() }
        return try await source.request(text)
    }

    func spans(_ search: SpanSearch) async throws(StoreError) -> SearchPage<Span> {
        let progress = Progress("searching")
        defer { progress.end() }
        return try await source.spans(search)
    }

    func logs(_ search: LogSearch) async throws(StoreError) -> SearchPage<LogRecord> {
        let progress = Progress("searching")
        defer { progress.end() }
        return try await source.logs(search)
    }

    func aggregate(_ aggregation: Aggregation) async throws(StoreError) -> [AggregateRow] {
        let progress = Progress("counting")
        defer { progress.end() }
        return try await source.aggregate(aggregation)
    }

    func sql(_ query: SQLQuery) async throws(StoreError) -> SQLTable {
        let progress = Progress("asking")
        defer { progress.end() }
        return try await source.sql(query)
    }
}

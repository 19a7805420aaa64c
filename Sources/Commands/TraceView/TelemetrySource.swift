import OTLP
import Program
import TelemetryStore

/// Where telemetry is searched: a store on this machine, or a collector that is asked over the network.
protocol TelemetrySource: RequestSource {
    func spans(_ search: SpanSearch) async throws(StoreError) -> SearchPage<Span>
    func logs(_ search: LogSearch) async throws(StoreError) -> SearchPage<LogRecord>
    func aggregate(_ aggregation: Aggregation) async throws(StoreError) -> [AggregateRow]
    func sql(_ query: SQLQuery) async throws(StoreError) -> SQLTable
}

/// What a source cannot tell ends the program.
extension TelemetrySource {
    func lookup(_ text: String) async throws(ProgramError) -> RequestLookup {
        do throws(StoreError) { return try await request(text) } catch { throw .unreadable(error.description) }
    }

    func page(_ search: SpanSearch) async throws(ProgramError) -> SearchPage<Span> {
        do throws(StoreError) { return try await spans(search) } catch { throw .unreadable(error.description) }
    }

    func page(_ search: LogSearch) async throws(ProgramError) -> SearchPage<LogRecord> {
        do throws(StoreError) { return try await logs(search) } catch { throw .unreadable(error.description) }
    }

    func rows(_ question: Aggregation) async throws(ProgramError) -> [AggregateRow] {
        do throws(StoreError) { return try await aggregate(question) } catch { throw .unreadable(error.description) }
    }
}

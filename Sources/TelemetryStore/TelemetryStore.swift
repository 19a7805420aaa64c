public import OTLP

/// The storage port: what may be appended and what may be asked.
///
/// Every append that has returned is on disk, and is seen by every query that begins after it, in this process or another.
/// The contract suite in `Tests/TelemetryStoreTests` holds for every store.
public protocol TelemetryStore: Sendable {
    /// Appends the records of one OTLP export request and returns after they are durable.
    ///
    /// Shape:  `body` is the protobuf `Export…ServiceRequest` of `signal`, not compressed.
    /// Bounds: at most `Limits.requestBytesMax` of OTLP; what is kept of each record is all of it.
    /// Errors: `.malformed` when the body is no such message, and then nothing of it is stored; `.full` and `.unavailable`
    ///         may be sent again. A record that cannot be taken is counted in the result and its neighbours are stored.
    func append(_ body: [UInt8], of signal: Signal) async throws(StoreError) -> AppendResult

    /// All spans and logs that carry one of these trace ids; empty when there are none. A span that was sent more than
    /// once with the same content is there once.
    func records(of traces: [TraceID]) async throws(StoreError) -> TraceRecords

    /// The ids known to the correlation index that equal `text`, or begin with it when `match` says so.
    ///
    /// Shape: in order of value, then of key; at most `limit`.
    func correlations(_ match: CorrelationMatch, limit: Int) async throws(StoreError) -> [Correlation]

    /// Every stored record of `signal`, a block at a time, as bodies of OTLP export requests; duplicates included.
    ///
    /// The sequence reflects one moment: what is appended after the call is not in it.
    func export(_ signal: Signal, _ receive: (ExportBatch) throws -> Void) async throws

    /// Spans that a filter holds for, newest start first; of one that was sent more than once with the same content, one.
    func spans(_ search: SpanSearch) async throws(StoreError) -> SearchPage<Span>

    /// Log records that a filter holds for, newest first.
    func logs(_ search: LogSearch) async throws(StoreError) -> SearchPage<LogRecord>

    /// Counts, errors and durations by group and time bucket: in order of bucket, then of key.
    func aggregate(_ aggregation: Aggregation) async throws(StoreError) -> [AggregateRow]

    /// The answer to a question in SQL.
    ///
    /// Errors: `.invalid` for a statement that is no query of these tables, `.expired` for one that ran out of time.
    func sql(_ query: SQLQuery) async throws(StoreError) -> SQLTable

    /// What is acked from now on, as it is acked.
    func tail(_ signals: Set<Signal>) -> AsyncStream<TailEvent>
}

/// What became of the records of one request.
public struct AppendResult: Hashable, Sendable {
    public var acceptedCount: Int
    public var rejectedCount: Int
    /// Why the first rejected record was, and where it stood.
    public var firstRejection: String?

    public init(acceptedCount: Int, rejectedCount: Int = 0, firstRejection: String? = nil) {
        self.acceptedCount = acceptedCount
        self.rejectedCount = rejectedCount
        self.firstRejection = firstRejection
    }
}

/// The spans and logs of some traces.
public struct TraceRecords: Hashable, Sendable {
    public var traces: TracesData
    public var logs: LogsData

    public init(traces: TracesData = TracesData(), logs: LogsData = LogsData()) {
        self.traces = traces
        self.logs = logs
    }

    public var isEmpty: Bool { traces.resourceSpans.isEmpty && logs.resourceLogs.isEmpty }
}

/// Some records on their way out, by signal.
public enum ExportBatch: Hashable, Sendable {
    case traces(TracesData)
    case logs(LogsData)
    case metrics(MetricsData)
}

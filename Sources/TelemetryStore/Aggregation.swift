public import OTLP

/// Counts records by what they have in common: the question behind a dashboard's panel.
public struct Aggregation: Hashable, Sendable {
    public var signal: Signal
    public var filter: RecordFilter
    /// What makes a group; empty is one group of all.
    public var groupBy: [GroupKey]
    /// The width of a time bucket in nanoseconds, counted from the epoch; `nil` is one bucket for all time.
    public var bucketNanoseconds: UInt64?

    /// Groups beyond this many are counted as one, under a key of `nil`s.
    public static let rowsMax = Limits.aggregateRowsMax

    /// - Parameter signal: `.traces` or `.logs`; metrics are asked in SQL.
    public init(
        _ signal: Signal, _ filter: RecordFilter = RecordFilter(), groupBy: [GroupKey] = [],
        bucketNanoseconds: UInt64? = nil
    ) {
        self.signal = signal
        self.filter = filter
        self.groupBy = groupBy
        self.bucketNanoseconds = bucketNanoseconds
    }

    public enum GroupKey: Hashable, Sendable {
        case service
        /// The span's name, or the log record's event name.
        case name
        case kind
        case status
        case severity
        /// An attribute of the record or its resource.
        case attribute(String)
    }
}

/// One group in one time bucket.
public struct AggregateRow: Hashable, Sendable {
    /// In the order of `groupBy`; `nil` where a record has no such attribute.
    public var key: [String?]
    /// Nanoseconds since the Unix epoch; 0 without buckets.
    public var bucketStart: UInt64
    public var count: Int
    /// Spans whose status is error; log records of severity ERROR and above.
    public var errorCount: Int
    /// Durations of spans in nanoseconds; empty for logs.
    public var durations: QuantileSketch

    public init(
        key: [String?], bucketStart: UInt64 = 0, count: Int = 0, errorCount: Int = 0,
        durations: QuantileSketch = QuantileSketch()
    ) {
        self.key = key
        self.bucketStart = bucketStart
        self.count = count
        self.errorCount = errorCount
        self.durations = durations
    }
}

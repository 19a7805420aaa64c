public import OTLP

/// What records are looked for: conditions that must all hold. An empty filter holds for every record.
///
/// A condition that a signal knows nothing of (the duration of a log record) holds for none of its records.
public struct RecordFilter: Hashable, Sendable {
    /// When a span started, when a log record was made. Nanoseconds since the Unix epoch.
    public var time: Range<UInt64>?
    /// The `service.name` of the resource is one of these; empty is any.
    public var services: Set<String> = []
    /// The span's name, or the log record's event name.
    public var name: TextCondition?
    public var kind: Span.Kind?
    public var status: Span.Status.Code?
    /// Least severity of a log record.
    public var severity: LogRecord.Severity?
    /// How long the span took, in nanoseconds.
    public var duration: ClosedRange<UInt64>?
    public var attributes: [AttributeCondition] = []
    /// Words or phrases that must all occur, whatever their case: in a log record's body; in a span's name, its status
    /// message and the texts of its events.
    public var phrases: [String] = []
    /// Only records of these traces; empty is any.
    public var traces: Set<TraceID> = []

    public init() {}
}

/// What a text must be.
public enum TextCondition: Hashable, Sendable {
    case equals(String)
    case prefix(String)
}

/// What an attribute must be, of the record or of its resource.
///
/// Numbers compare as numbers, whether they were sent as integers or doubles. A value that was sent as text compares as a
/// number when it reads as one.
public struct AttributeCondition: Hashable, Sendable {
    public var key: String
    public var test: Test

    public enum Test: Hashable, Sendable {
        case exists
        case isMissing
        /// The value as text: `true`, `12`, `0.5`, or the string itself.
        case equals(String)
        case differs(String)
        case prefix(String)
        case less(Double)
        case atMost(Double)
        case greater(Double)
        case atLeast(Double)
    }

    public init(_ key: String, _ test: Test) {
        self.key = key
        self.test = test
    }
}

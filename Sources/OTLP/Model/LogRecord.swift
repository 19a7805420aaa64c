/// One log record, with all that OTLP carries of it.
///
/// Units: times are nanoseconds since the Unix epoch; 0 means "not set".
/// Source: opentelemetry-proto 1.x, `LogRecord`.
public struct LogRecord: Hashable, Sendable {
    public var timeUnixNano: UInt64
    public var observedTimeUnixNano: UInt64
    public var severityNumber: Severity
    public var severityText: String
    /// Text or a structured value; `nil` when the wire carried no body message.
    public var body: AttributeValue?
    public var attributes: [Attribute]
    public var droppedAttributesCount: UInt32
    /// W3C trace flags in bits 0…7.
    public var flags: UInt32
    /// Zero when the record belongs to no trace.
    public var traceID: TraceID
    /// Zero when the record belongs to no span.
    public var spanID: SpanID
    public var eventName: String

    public init(
        timeUnixNano: UInt64 = 0, observedTimeUnixNano: UInt64 = 0, severityNumber: Severity = .unspecified,
        severityText: String = "", body: AttributeValue? = nil, attributes: [Attribute] = [],
        droppedAttributesCount: UInt32 = 0, flags: UInt32 = 0, traceID: TraceID = .zero, spanID: SpanID = .zero,
        eventName: String = ""
    ) {
        self.timeUnixNano = timeUnixNano
        self.observedTimeUnixNano = observedTimeUnixNano
        self.severityNumber = severityNumber
        self.severityText = severityText
        self.body = body
        self.attributes = attributes
        self.droppedAttributesCount = droppedAttributesCount
        self.flags = flags
        self.traceID = traceID
        self.spanID = spanID
        self.eventName = eventName
    }

    /// How serious a record is: 1…4 TRACE, 5…8 DEBUG, 9…12 INFO, 13…16 WARN, 17…20 ERROR, 21…24 FATAL.
    /// Open: numbers that this version does not know are kept.
    public struct Severity: RawRepresentable, Hashable, Comparable, Sendable {
        public var rawValue: Int32
        @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

        public static let unspecified = Severity(rawValue: 0)
        public static let trace = Severity(rawValue: 1)
        public static let debug = Severity(rawValue: 5)
        public static let info = Severity(rawValue: 9)
        public static let warn = Severity(rawValue: 13)
        public static let error = Severity(rawValue: 17)
        public static let fatal = Severity(rawValue: 21)

        @inlinable
        public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
    }
}

/// One operation within a trace, with all that OTLP carries of it.
///
/// Units: times are nanoseconds since the Unix epoch; 0 means "not set".
/// Source: opentelemetry-proto 1.x, `Span`.
public struct Span: Hashable, Sendable {
    public var traceID: TraceID
    public var spanID: SpanID
    /// Zero for a root span.
    public var parentSpanID: SpanID
    /// W3C `tracestate`, as received.
    public var traceState: String
    /// W3C trace flags in bits 0…7, "has remote parent" in bits 8 and 9.
    public var flags: UInt32
    public var name: String
    public var kind: Kind
    public var startTimeUnixNano: UInt64
    public var endTimeUnixNano: UInt64
    public var attributes: [Attribute]
    public var droppedAttributesCount: UInt32
    public var events: [Event]
    public var droppedEventsCount: UInt32
    public var links: [Link]
    public var droppedLinksCount: UInt32
    /// `nil` when no status message was sent; distinct from an unset status.
    public var status: Status?

    public init(
        traceID: TraceID, spanID: SpanID, parentSpanID: SpanID = .zero, traceState: String = "", flags: UInt32 = 0,
        name: String, kind: Kind = .unspecified, startTimeUnixNano: UInt64, endTimeUnixNano: UInt64,
        attributes: [Attribute] = [], droppedAttributesCount: UInt32 = 0,
        events: [Event] = [], droppedEventsCount: UInt32 = 0,
        links: [Link] = [], droppedLinksCount: UInt32 = 0, status: Status? = nil
    ) {
        self.traceID = traceID
        self.spanID = spanID
        self.parentSpanID = parentSpanID
        self.traceState = traceState
        self.flags = flags
        self.name = name
        self.kind = kind
        self.startTimeUnixNano = startTimeUnixNano
        self.endTimeUnixNano = endTimeUnixNano
        self.attributes = attributes
        self.droppedAttributesCount = droppedAttributesCount
        self.events = events
        self.droppedEventsCount = droppedEventsCount
        self.links = links
        self.droppedLinksCount = droppedLinksCount
        self.status = status
    }
}

extension Span {
    /// The role of a span in its trace. Open: numbers that this version does not know are kept.
    public struct Kind: RawRepresentable, Hashable, Sendable {
        public var rawValue: Int32
        @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

        public static let unspecified = Kind(rawValue: 0)
        public static let `internal` = Kind(rawValue: 1)
        public static let server = Kind(rawValue: 2)
        public static let client = Kind(rawValue: 3)
        public static let producer = Kind(rawValue: 4)
        public static let consumer = Kind(rawValue: 5)
    }

    public struct Status: Hashable, Sendable {
        public var code: Code
        public var message: String

        public init(code: Code, message: String = "") {
            self.code = code
            self.message = message
        }

        /// Open: numbers that this version does not know are kept.
        public struct Code: RawRepresentable, Hashable, Sendable {
            public var rawValue: Int32
            @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

            public static let unset = Code(rawValue: 0)
            public static let ok = Code(rawValue: 1)
            public static let error = Code(rawValue: 2)
        }
    }

    /// Something that happened at one moment of the span.
    public struct Event: Hashable, Sendable {
        public var timeUnixNano: UInt64
        public var name: String
        public var attributes: [Attribute]
        public var droppedAttributesCount: UInt32

        public init(
            timeUnixNano: UInt64, name: String, attributes: [Attribute] = [], droppedAttributesCount: UInt32 = 0
        ) {
            self.timeUnixNano = timeUnixNano
            self.name = name
            self.attributes = attributes
            self.droppedAttributesCount = droppedAttributesCount
        }
    }

    /// A pointer to a span of this or another trace.
    public struct Link: Hashable, Sendable {
        public var traceID: TraceID
        public var spanID: SpanID
        public var traceState: String
        public var attributes: [Attribute]
        public var droppedAttributesCount: UInt32
        public var flags: UInt32

        public init(
            traceID: TraceID, spanID: SpanID, traceState: String = "", attributes: [Attribute] = [],
            droppedAttributesCount: UInt32 = 0, flags: UInt32 = 0
        ) {
            self.traceID = traceID
            self.spanID = spanID
            self.traceState = traceState
            self.attributes = attributes
            self.droppedAttributesCount = droppedAttributesCount
            self.flags = flags
        }
    }
}

/// Reads Span messages, one after another, into one view that is used again and again.
///
/// Shape:  after `read` the properties describe that span: scalars as values, texts as ranges of the body, attributes of
///         the span, its events and its links in one list in which each of them owns a range.
/// Errors: `WireError` for malformed bytes; a rejection for a span that is well-formed and still cannot be taken.
/// Cost:   no allocation once the lists have grown to the largest span.
/// Source: opentelemetry-proto 1.x, `trace/v1/trace.proto`.
public struct SpanReader: RecordReader, Sendable {
    public static let noun: StaticString = "span"
    public var itemCount: Int { 1 }

    public private(set) var traceID = TraceID.zero
    public private(set) var spanID = SpanID.zero
    public private(set) var parentSpanID = SpanID.zero
    public private(set) var traceState = WireRange.empty
    public private(set) var flags: UInt32 = 0
    public private(set) var name = WireRange.empty
    public private(set) var kind: Int32 = 0
    public private(set) var startTimeUnixNano: UInt64 = 0
    public private(set) var endTimeUnixNano: UInt64 = 0
    public private(set) var droppedAttributesCount: UInt32 = 0
    public private(set) var droppedEventsCount: UInt32 = 0
    public private(set) var droppedLinksCount: UInt32 = 0
    public private(set) var status: StatusView?
    public private(set) var events: [EventView] = []
    public private(set) var links: [LinkView] = []
    /// The attributes of the span, then those of each event, then those of each link.
    public private(set) var attributes: [AttributeView] = []
    /// How many of `attributes` are the span's own.
    public private(set) var ownAttributeCount = 0

    private var eventMessages: [WireRange] = []
    private var linkMessages: [WireRange] = []
    /// The message read last.
    public private(set) var message = WireRange.empty

    private var rejection: RecordRejection?

    /// Whether texts are checked; those of a record that was found good before need not be.
    private let isTrusted: Bool

    public init() { self.init(isTrusted: false) }

    /// - Parameter isTrusted: the records were read before and none was rejected, so their texts are not checked again.
    public init(isTrusted: Bool) { self.isTrusted = isTrusted }

    public struct StatusView: Sendable {
        public var code: Int32 = 0
        public var message = WireRange.empty
    }

    public struct EventView: Sendable {
        public var timeUnixNano: UInt64 = 0
        public var name = WireRange.empty
        public var droppedAttributesCount: UInt32 = 0
        public var attributes: Range<Int> = 0..<0
    }

    public struct LinkView: Sendable {
        public var traceID = TraceID.zero
        public var spanID = SpanID.zero
        public var traceState = WireRange.empty
        public var droppedAttributesCount: UInt32 = 0
        public var flags: UInt32 = 0
        public var attributes: Range<Int> = 0..<0
    }

    /// Reads one Span message. A returned rejection says why the span cannot be taken.
    public mutating func read(_ message: WireRange, in bytes: ByteSpan) throws(WireError) -> RecordRejection? {
        reset()
        self.message = message
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 1: traceID = id(try cursor.lengthDelimited(field, in: bytes), in: bytes, .traceID)
            case 2: spanID = id(try cursor.lengthDelimited(field, in: bytes), in: bytes, .spanID)
            case 3: traceState = text(try cursor.lengthDelimited(field, in: bytes), in: bytes, .traceState)
            case 4: parentSpanID = id(try cursor.lengthDelimited(field, in: bytes), in: bytes, .parentSpanID)
            case 5: name = text(try cursor.lengthDelimited(field, in: bytes), in: bytes, .name)
            case 6: kind = try cursor.int32(field, in: bytes)
            case 7: startTimeUnixNano = try cursor.fixed64(field, in: bytes)
            case 8: endTimeUnixNano = try cursor.fixed64(field, in: bytes)
            case 9: try appendAttribute(try cursor.lengthDelimited(field, in: bytes), in: bytes)
            case 10: droppedAttributesCount = try cursor.uint32(field, in: bytes)
            case 11: eventMessages.append(try cursor.lengthDelimited(field, in: bytes))
            case 12: droppedEventsCount = try cursor.uint32(field, in: bytes)
            case 13: linkMessages.append(try cursor.lengthDelimited(field, in: bytes))
            case 14: droppedLinksCount = try cursor.uint32(field, in: bytes)
            case 15: try readStatus(try cursor.lengthDelimited(field, in: bytes), in: bytes)
            case 16: flags = try cursor.fixed32(field, in: bytes)
            default: try cursor.skip(field, in: bytes)
            }
        }
        ownAttributeCount = attributes.count
        for event in eventMessages { try readEvent(event, in: bytes) }
        for link in linkMessages { try readLink(link, in: bytes) }
        if rejection == nil, traceID.isZero { rejection = .missingID(.traceID) }
        if rejection == nil, spanID.isZero { rejection = .missingID(.spanID) }
        return rejection
    }

    private mutating func reset() {
        traceID = .zero
        spanID = .zero
        parentSpanID = .zero
        traceState = .empty
        flags = 0
        name = .empty
        kind = 0
        startTimeUnixNano = 0
        endTimeUnixNano = 0
        droppedAttributesCount = 0
        droppedEventsCount = 0
        droppedLinksCount = 0
        status = nil
        events.removeAll(keepingCapacity: true)
        links.removeAll(keepingCapacity: true)
        attributes.removeAll(keepingCapacity: true)
        eventMessages.removeAll(keepingCapacity: true)
        linkMessages.removeAll(keepingCapacity: true)
        rejection = nil
    }

    private mutating func readEvent(_ message: WireRange, in bytes: ByteSpan) throws(WireError) {
        var event = EventView()
        let firstAttribute = attributes.count
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 1: event.timeUnixNano = try cursor.fixed64(field, in: bytes)
            case 2: event.name = text(try cursor.lengthDelimited(field, in: bytes), in: bytes, .eventName)
            case 3: try appendAttribute(try cursor.lengthDelimited(field, in: bytes), in: bytes)
            case 4: event.droppedAttributesCount = try cursor.uint32(field, in: bytes)
            default: try cursor.skip(field, in: bytes)
            }
        }
        event.attributes = firstAttribute..<attributes.count
        events.append(event)
    }

    private mutating func readLink(_ message: WireRange, in bytes: ByteSpan) throws(WireError) {
        var link = LinkView()
        let firstAttribute = attributes.count
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 1: link.traceID = id(try cursor.lengthDelimited(field, in: bytes), in: bytes, .linkTraceID)
            case 2: link.spanID = id(try cursor.lengthDelimited(field, in: bytes), in: bytes, .linkSpanID)
            case 3: link.traceState = text(try cursor.lengthDelimited(field, in: bytes), in: bytes, .traceState)
            case 4: try appendAttribute(try cursor.lengthDelimited(field, in: bytes), in: bytes)
            case 5: link.droppedAttributesCount = try cursor.uint32(field, in: bytes)
            case 6: link.flags = try cursor.fixed32(field, in: bytes)
            default: try cursor.skip(field, in: bytes)
            }
        }
        link.attributes = firstAttribute..<attributes.count
        links.append(link)
    }

    private mutating func readStatus(_ message: WireRange, in bytes: ByteSpan) throws(WireError) {
        var read = StatusView()
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 2: read.message = text(try cursor.lengthDelimited(field, in: bytes), in: bytes, .statusMessage)
            case 3: read.code = try cursor.int32(field, in: bytes)
            default: try cursor.skip(field, in: bytes)
            }
        }
        status = read
    }

    private mutating func appendAttribute(_ message: WireRange, in bytes: ByteSpan) throws(WireError) {
        attributes.append(try AttributeReader.keyValue(message, in: bytes, isTrusted: isTrusted, &rejection))
    }

    private mutating func text(
        _ range: WireRange, in bytes: ByteSpan, _ field: RecordRejection.Field
    ) -> WireRange {
        if !isTrusted, !bytes.isUTF8(range) { rejection = .invalidUTF8(field) }
        return range
    }

    private mutating func id<ID: WireID>(
        _ range: WireRange, in bytes: ByteSpan, _ field: RecordRejection.Field
    ) -> ID {
        if let id = ID(wire: range, in: bytes) { return id }
        rejection = .invalidID(field)
        return .zero
    }
}

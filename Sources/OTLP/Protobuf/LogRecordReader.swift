/// Reads LogRecord messages, one after another, into one view that is used again and again.
///
/// Shape:  after `read` the properties describe that record: scalars as values, texts as ranges of the body.
/// Errors: `WireError` for malformed bytes; a rejection for a record that is well-formed and still cannot be taken.
/// Cost:   no allocation once the list has grown to the largest record.
/// Source: opentelemetry-proto 1.x, `logs/v1/logs.proto`.
public struct LogRecordReader: RecordReader, Sendable {
    public static let noun: StaticString = "log record"
    public var itemCount: Int { 1 }

    public private(set) var timeUnixNano: UInt64 = 0
    public private(set) var observedTimeUnixNano: UInt64 = 0
    public private(set) var severityNumber: Int32 = 0
    public private(set) var severityText = WireRange.empty
    /// The body as the value of an attribute without key; `.absent` when there is none.
    public private(set) var body = AttributeView(key: .empty)
    public private(set) var attributes: [AttributeView] = []
    public private(set) var droppedAttributesCount: UInt32 = 0
    public private(set) var flags: UInt32 = 0
    public private(set) var traceID = TraceID.zero
    public private(set) var spanID = SpanID.zero
    public private(set) var eventName = WireRange.empty

    /// The message read last.
    public private(set) var message = WireRange.empty

    private var rejection: RecordRejection?

    /// Whether texts are checked; those of a record that was found good before need not be.
    private let isTrusted: Bool

    public init() { self.init(isTrusted: false) }

    /// - Parameter isTrusted: the records were read before and none was rejected, so their texts are not checked again.
    public init(isTrusted: Bool) { self.isTrusted = isTrusted }

    /// Reads one LogRecord message. A returned rejection says why the record cannot be taken.
    public mutating func read(_ message: WireRange, in bytes: ByteSpan) throws(WireError) -> RecordRejection? {
        reset()
        self.message = message
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 1: timeUnixNano = try cursor.fixed64(field, in: bytes)
            case 2: severityNumber = try cursor.int32(field, in: bytes)
            case 3: severityText = text(try cursor.lengthDelimited(field, in: bytes), in: bytes, .severityText)
            case 5:
                let value = try cursor.lengthDelimited(field, in: bytes)
                try AttributeReader.anyValue(value, in: bytes, isTrusted: isTrusted, into: &body, &rejection)
            case 6:
                let attribute = try cursor.lengthDelimited(field, in: bytes)
                attributes.append(try AttributeReader.keyValue(attribute, in: bytes, isTrusted: isTrusted, &rejection))
            case 7: droppedAttributesCount = try cursor.uint32(field, in: bytes)
            case 8: flags = try cursor.fixed32(field, in: bytes)
            case 9: traceID = id(try cursor.lengthDelimited(field, in: bytes), in: bytes, .traceID)
            case 10: spanID = id(try cursor.lengthDelimited(field, in: bytes), in: bytes, .spanID)
            case 11: observedTimeUnixNano = try cursor.fixed64(field, in: bytes)
            case 12: eventName = text(try cursor.lengthDelimited(field, in: bytes), in: bytes, .eventName)
            default: try cursor.skip(field, in: bytes)
            }
        }
        return rejection
    }

    private mutating func reset() {
        timeUnixNano = 0
        observedTimeUnixNano = 0
        severityNumber = 0
        severityText = .empty
        body = AttributeView(key: .empty)
        attributes.removeAll(keepingCapacity: true)
        droppedAttributesCount = 0
        flags = 0
        traceID = .zero
        spanID = .zero
        eventName = .empty
        rejection = nil
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

// What a store must know of records to put them in order, read without looking at the rest: for bodies that were read whole
// and found good before.

/// Reads the ids and the start of Span messages.
///
/// Errors: `WireError` for malformed bytes. Nothing is rejected.
public struct SpanHeadReader: RecordReader, Sendable {
    public static let noun: StaticString = "span"
    public var itemCount: Int { 1 }

    public private(set) var message = WireRange.empty
    public private(set) var traceID = TraceID.zero
    public private(set) var spanID = SpanID.zero
    public private(set) var startTimeUnixNano: UInt64 = 0

    public init() {}

    public mutating func read(_ message: WireRange, in bytes: ByteSpan) throws(WireError) -> RecordRejection? {
        self.message = message
        traceID = .zero
        spanID = .zero
        startTimeUnixNano = 0
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 1: traceID = TraceID(wire: try cursor.lengthDelimited(field, in: bytes), in: bytes) ?? .zero
            case 2: spanID = SpanID(wire: try cursor.lengthDelimited(field, in: bytes), in: bytes) ?? .zero
            case 7: startTimeUnixNano = try cursor.fixed64(field, in: bytes)
            default: try cursor.skip(field, in: bytes)
            }
        }
        return nil
    }
}

/// Reads the ids and the times of LogRecord messages.
///
/// Errors: `WireError` for malformed bytes. Nothing is rejected.
public struct LogRecordHeadReader: RecordReader, Sendable {
    public static let noun: StaticString = "log record"
    public var itemCount: Int { 1 }

    public private(set) var message = WireRange.empty
    public private(set) var traceID = TraceID.zero
    public private(set) var spanID = SpanID.zero
    public private(set) var timeUnixNano: UInt64 = 0
    public private(set) var observedTimeUnixNano: UInt64 = 0

    public init() {}

    public mutating func read(_ message: WireRange, in bytes: ByteSpan) throws(WireError) -> RecordRejection? {
        self.message = message
        traceID = .zero
        spanID = .zero
        timeUnixNano = 0
        observedTimeUnixNano = 0
        var cursor = WireCursor(message)
        while let field = try cursor.nextField(in: bytes) {
            switch field.number {
            case 1: timeUnixNano = try cursor.fixed64(field, in: bytes)
            case 9: traceID = TraceID(wire: try cursor.lengthDelimited(field, in: bytes), in: bytes) ?? .zero
            case 10: spanID = SpanID(wire: try cursor.lengthDelimited(field, in: bytes), in: bytes) ?? .zero
            case 11: observedTimeUnixNano = try cursor.fixed64(field, in: bytes)
            default: try cursor.skip(field, in: bytes)
            }
        }
        return nil
    }
}

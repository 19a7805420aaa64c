import OTLP

/// Where one record of a flush stands, with all that the order of a block needs.
struct RecordLocation {
    var traceID = TraceID.zero
    var spanID = SpanID.zero
    var timeUnixNano: UInt64 = 0
    /// Which of the flush's request bodies.
    var body: Int
    var range: WireRange
    /// Its place in `OriginTable`.
    var origin: UInt32

    /// Trace order: by trace, then time; equal ones as they came.
    static func precedes(_ left: RecordLocation, _ right: RecordLocation) -> Bool {
        if left.traceID != right.traceID { return left.traceID < right.traceID }
        if left.timeUnixNano != right.timeUnixNano { return left.timeUnixNano < right.timeUnixNano }
        return (left.body, left.range.start) < (right.body, right.range.start)
    }
}

/// The distinct resources and scopes of a flush, as the bytes of their messages.
struct OriginTable {
    struct Origin: Hashable {
        /// `nil` when no message was sent.
        var resource: [UInt8]?
        var resourceSchemaURL: [UInt8]
        var scope: [UInt8]?
        var scopeSchemaURL: [UInt8]
    }

    private(set) var origins: [Origin] = []
    private var codes: [Origin: UInt32] = [:]

    mutating func code(of origin: Origin) -> UInt32 {
        if let code = codes[origin] { return code }
        let code = UInt32(origins.count)
        codes[origin] = code
        origins.append(origin)
        return code
    }
}

/// Finds the records of request bodies that are to become blocks. What `append` rejected is rejected again.
struct RecordLocator<Reader: LocatedReader>: RecordVisitor {
    private(set) var locations: [RecordLocation] = []
    private(set) var origins = OriginTable()
    /// Which body is being walked.
    var body = 0

    private var origin = OriginTable.Origin(resourceSchemaURL: [], scopeSchemaURL: [])
    private var originCode: UInt32 = 0

    mutating func beginResource(_ resource: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) {
        origin.resource = resource.map { bytes.array($0) }
        origin.resourceSchemaURL = bytes.array(schemaURL)
    }

    mutating func beginScope(_ scope: WireRange?, schemaURL: WireRange, in bytes: ByteSpan) {
        origin.scope = scope.map { bytes.array($0) }
        origin.scopeSchemaURL = bytes.array(schemaURL)
        originCode = origins.code(of: origin)
    }

    mutating func take(_ record: borrowing Reader, in bytes: ByteSpan) {
        var location = RecordLocation(body: body, range: record.message, origin: originCode)
        record.describe(&location)
        locations.append(location)
    }
}

/// A reader that knows where the record it read last stands.
protocol LocatedReader: RecordReader {
    var message: WireRange { get }
    /// Fills in what trace order needs.
    func describe(_ location: inout RecordLocation)
}

extension SpanReader: LocatedReader {
    func describe(_ location: inout RecordLocation) {
        location.traceID = traceID
        location.spanID = spanID
        location.timeUnixNano = startTimeUnixNano
    }
}

extension LogRecordReader: LocatedReader {
    func describe(_ location: inout RecordLocation) {
        location.traceID = traceID
        location.spanID = spanID
        location.timeUnixNano = timeUnixNano != 0 ? timeUnixNano : observedTimeUnixNano
    }
}

extension MetricReader: LocatedReader {
    func describe(_ location: inout RecordLocation) {}
}

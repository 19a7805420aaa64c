import OTLP

/// Where one record of a flush stands, with all that the order of a block needs.
struct RecordLocation {
    var traceID = TraceID.zero
    var spanID = SpanID.zero
    var timeUnixNano: UInt64 = 0
    /// The row of the record's span among those of its run, or `Int32.max`: the logs of a span stand together.
    var spanRow = Int32.max
    var signal: Signal
    /// Which of a flush's request bodies.
    var body = 0
    var range = WireRange.empty
    /// Its place among the origins of its body; of a flush, in its `OriginTable`.
    var origin: UInt32 = 0

    /// By trace, then signal, then time; equal ones as they came.
    static func precedes(_ left: RecordLocation, _ right: RecordLocation) -> Bool {
        if left.traceID != right.traceID { return left.traceID < right.traceID }
        if left.signal != right.signal { return left.signal.rawValue < right.signal.rawValue }
        if left.timeUnixNano != right.timeUnixNano { return left.timeUnixNano < right.timeUnixNano }
        return (left.body, left.range.start) < (right.body, right.range.start)
    }

    /// In the order of a block. Sorts keys of a few bytes and moves each record once.
    static func sorted(_ locations: [RecordLocation]) -> [RecordLocation] {
        struct Key {
            var trace: UInt64
            var index: Int
        }
        var keys = locations.indices.map { Key(trace: locations[$0].traceID.low, index: $0) }
        keys.sort { left, right in
            left.trace != right.trace
                ? left.trace < right.trace : precedes(locations[left.index], locations[right.index])
        }
        return keys.map { locations[$0.index] }
    }

    /// By span, then time, for the logs of one run.
    static func precedesInRun(_ left: RecordLocation, _ right: RecordLocation) -> Bool {
        if left.spanRow != right.spanRow { return left.spanRow < right.spanRow }
        return precedes(left, right)
    }
}

/// The distinct resources and scopes of a flush, as the fields of their groups but the records: what stands on the wire beside
/// them. Reading puts the records behind, and has the message that was sent.
struct OriginTable {
    private(set) var origins: [BlockOrigin] = []
    private var groups = ByteDictionary()
    private var scopes = ByteDictionary()
    private var codes: [UInt64: UInt32] = [:]

    mutating func code(of origin: WireOrigin, in body: ByteSpan) -> UInt32 {
        let group = OriginTable.fields(origin.resource, origin.resourceSchemaURL, of: body)
        let scope = OriginTable.fields(origin.scope, origin.scopeSchemaURL, of: body)
        let key = UInt64(groups.code(of: group.span)) << 32 | UInt64(scopes.code(of: scope.span))
        if let code = codes[key] { return code }
        let code = UInt32(origins.count)
        codes[key] = code
        origins.append(BlockOrigin(group: group, scope: scope))
        return code
    }

    /// Fields 1 and 3 of a group of records: its resource or scope, and the schema's URL.
    private static func fields(_ message: WireRange?, _ schemaURL: WireRange, of body: ByteSpan) -> [UInt8] {
        var writer = ProtobufWriter(reservingCapacity: Int(message?.count ?? 0) + Int(schemaURL.count) + 16)
        if let message { writer.field(1, message, of: body) }
        if !schemaURL.isEmpty { writer.field(3, schemaURL, of: body) }
        return writer.bytes
    }
}

extension ProtobufWriter {
    /// A length-delimited field that holds these bytes.
    fileprivate mutating func field(_ number: UInt32, _ range: WireRange, of body: ByteSpan) {
        body.extracting(range.lowerBound..<range.upperBound).withUnsafeBytes { alwaysBytes(number, $0) }
    }
}

/// A reader that knows where the record it read last stands, and what trace order needs of it.
protocol LocatedReader: RecordReader {
    static var signal: Signal { get }
    var message: WireRange { get }
    var traceID: TraceID { get }
    var spanID: SpanID { get }
    /// When it began, or happened.
    var orderTimeUnixNano: UInt64 { get }
}

extension SpanHeadReader: LocatedReader {
    static var signal: Signal { .traces }
    var orderTimeUnixNano: UInt64 { startTimeUnixNano }
}

extension SpanReader: LocatedReader {
    static var signal: Signal { .traces }
    var orderTimeUnixNano: UInt64 { startTimeUnixNano }
}

extension LogRecordHeadReader: LocatedReader {
    static var signal: Signal { .logs }
    var orderTimeUnixNano: UInt64 { occurredUnixNano }
}

extension LogRecordReader: LocatedReader {
    static var signal: Signal { .logs }
    var orderTimeUnixNano: UInt64 { occurredUnixNano }
}

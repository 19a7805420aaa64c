import Logging
import OTLP

/// The fields of one log line while it is written: as JSON and as an OTLP record at once.
///
/// Bounds: `Configuration.logFieldsMax` fields, Limits.lineBytesMax bytes; what is beyond is left out, counted on the record, and
///         the line ends in `"truncated":true`. A key that is set again keeps its first value.
public struct LogFields: ~Copyable {
    private let scratch: Scratch.Pointer
    // Whoever makes the fields keeps these alive until they are finished: counting references would cost as much as writing.
    private let writer: Unmanaged<LogWriter>
    private let output: Unmanaged<LineOutput>?
    private let records: Unmanaged<RecordQueue>?
    private let counts: Unmanaged<BegunCounts>?
    private let policy: ValuePolicy
    private let scope: ScopeID
    private let fieldsMax: Int
    private var fieldCount = 0
    private var droppedCount = 0
    private var isTruncated = false
    private var attributesStart = 0
    private var keys = KeySketch()

    // MARK: Setting

    public mutating func set(_ key: String, _ value: String) {
        key.withBytes { key in
            guard open(key) else { return }
            if policy.hides(key) { return hidden(key) }
            value.withBytes { value in
                policy.pass(value) { text in
                    if writesLine { member(key, text) }
                    if writesRecord { record.attribute(Tag.bytes(6), key, text: text) }
                }
            }
        }
    }

    public mutating func set(_ key: String, _ value: Int) { set(key, Int64(value)) }

    public mutating func set(_ key: String, _ value: Int64) {
        key.withBytes { key in
            guard open(key) else { return }
            if policy.hides(key) { return hidden(key) }
            if writesLine { member(key, upTo: Cursor.numberBytesMax) { $0.json(value) } }
            if writesRecord { record.attribute(Tag.bytes(6), key, int: value) }
        }
    }

    public mutating func set(_ key: String, _ value: Double) {
        key.withBytes { key in
            guard open(key) else { return }
            if policy.hides(key) { return hidden(key) }
            if writesLine {
                member(key)
                line.json(value)
            }
            if writesRecord { record.attribute(Tag.bytes(6), key, double: value) }
        }
    }

    public mutating func set(_ key: String, _ value: Bool) {
        key.withBytes { key in
            guard open(key) else { return }
            if policy.hides(key) { return hidden(key) }
            if writesLine { member(key, upTo: Cursor.numberBytesMax) { $0.json(value) } }
            if writesRecord { record.attribute(Tag.bytes(6), key, bool: value) }
        }
    }

    /// A value as swift-log has it: nested as deep as Limits.metadataDepthMax.
    mutating func set(_ key: String, _ value: consuming Logger.MetadataValue) {
        switch consume value {
        case .string(let text): set(key, text)
        case .stringConvertible(let value):
            switch Scalar(value) {
            case .string(let text): set(key, text)
            case .bool(let flag): set(key, flag)
            case .int(let number): set(key, number)
            case .double(let number): set(key, number)
            }
        case let value:
            key.withBytes { key in
                guard open(key) else { return }
                if policy.hides(key) { return hidden(key) }
                if writesLine {
                    member(key)
                    isTruncated = !line.metadata(value, policy) || isTruncated
                }
                if writesRecord { record.attribute(Tag.bytes(6), key, value, policy) }
            }
        }
    }

    /// Counts a field; returns whether there is room for it.
    @inline(__always)
    private mutating func open(_ key: UnsafeRawBufferPointer) -> Bool {
        guard fieldCount < fieldsMax, line.count < Limits.lineBytesMax,
            keys.insert(key) || record.attribute(Tag.bytes(6), key, from: attributesStart) == nil
        else {
            skip()
            return false
        }
        fieldCount &+= 1
        return true
    }

    /// A field of the line whose value takes a few bytes.
    @inline(__always)
    private mutating func member(
        _ key: UnsafeRawBufferPointer, upTo valueBytesMax: Int, _ value: (inout Cursor) -> Void
    ) {
        let isFirst = fieldCount == 1
        guard key.count <= Cursor.shortTextMax else {
            longKey(key, isFirst)
            return line.write(upTo: valueBytesMax, value)
        }
        line.write(upTo: 16 &+ Cursor.jsonBytesMax &* key.count &+ valueBytesMax) { cursor in
            if isFirst { cursor.put(#","metadata":{"#) } else { cursor.put(UInt8(ascii: ",")) }
            cursor.jsonString(key)
            cursor.put(UInt8(ascii: ":"))
            value(&cursor)
        }
    }

    /// What stands before a value of any length.
    private mutating func member(_ key: UnsafeRawBufferPointer) {
        member(key, upTo: 0) { _ in }
    }

    @inline(__always)
    private mutating func member(_ key: UnsafeRawBufferPointer, _ text: UnsafeRawBufferPointer) {
        if text.count <= Cursor.shortTextMax {
            member(key, upTo: 2 &+ Cursor.jsonBytesMax &* text.count) { $0.jsonString(text) }
        } else {
            longMember(key, text)
        }
    }

    @inline(never)
    private mutating func longMember(_ key: UnsafeRawBufferPointer, _ text: UnsafeRawBufferPointer) {
        member(key)
        isTruncated = !line.jsonString(text, upTo: Limits.lineBytesMax) || isTruncated
    }

    @inline(never)
    private mutating func longKey(_ key: UnsafeRawBufferPointer, _ isFirst: Bool) {
        line.append(isFirst ? #","metadata":{"# : "," as StaticString)
        line.jsonString(key)
        line.append(UInt8(ascii: ":"))
    }

    @inline(never)
    private mutating func skip() {
        droppedCount &+= 1
        isTruncated = true
    }

    @inline(never)
    private mutating func hidden(_ key: UnsafeRawBufferPointer) {
        Redaction.replacement.withBytes { text in
            if writesLine { member(key, text) }
            if writesRecord { record.attribute(Tag.bytes(6), key, text: text) }
        }
    }

    private var writesLine: Bool { output != nil }
    private var writesRecord: Bool { records != nil }

    private var line: ByteBuffer {
        @inline(__always) _read { yield scratch.pointee.line }
        @inline(__always) nonmutating _modify { yield &scratch.pointee.line }
    }

    private var record: ByteBuffer {
        @inline(__always) _read { yield scratch.pointee.record }
        @inline(__always) nonmutating _modify { yield &scratch.pointee.record }
    }

    // MARK: Beginning and end

    @inline(__always)
    init(
        _ logger: NamedLogger, _ place: LogPlace, level: Logger.Level, message: String, timeUnixNano: UInt64
    ) {
        scratch = Scratch.take()
        let writer = logger.writer
        self.writer = .passUnretained(writer)
        output = writer.output.map { .passUnretained($0) }
        records = writer.records.map { .passUnretained($0) }
        policy = writer.policy
        scope = logger.scope
        counts = place.counts
        fieldsMax = writer.fieldsMax
        if writesLine { beginLine(writer.format, logger, place, level, message, timeUnixNano) }
        if writesRecord { beginRecord(place, level, message, timeUnixNano) }
    }

    @inline(__always)
    private mutating func beginLine(
        _ format: LineFormat, _ logger: NamedLogger, _ place: LogPlace, _ level: Logger.Level,
        _ message: String, _ timeUnixNano: UInt64
    ) {
        message.withBytes { message in
            policy.passMessage(message) { text in
                let isShort = text.count <= Cursor.shortTextMax
                let size = Self.beginningBytesMax &+ format.service.count
                line.write(upTo: isShort ? size &+ Cursor.jsonBytesMax &* text.count : size) { cursor in
                    cursor.put(#"{"timestamp":""#)
                    scratch.pointee.second.put(timeUnixNano, to: &cursor)
                    cursor.put(format.levels[level.severity.place])
                    guard isShort else { return }
                    cursor.jsonText(text)
                    cursor.put(UInt8(ascii: "\""))
                    cursor.put(format.service)
                }
                if !isShort { longMessage(text, format) }
            }
        }
        if let requestID = place.requestID {
            line.append(format.requestID)
            line.jsonString(requestID)
        }
        line.write(upTo: Self.beginningBytesMax &+ logger.member.count &+ format.function.count) { cursor in
            if let span = place.span {
                cursor.put(format.traceID)
                cursor.hex(span.traceID.high)
                cursor.hex(span.traceID.low)
                cursor.put(format.spanID)
                cursor.hex(span.spanID.value)
                cursor.put(UInt8(ascii: "\""))
            }
            cursor.put(logger.member)
            if let isColdStart = place.isColdStart {
                cursor.put(format.coldStart)
                cursor.json(isColdStart)
            }
            cursor.put(format.function)
        }
    }

    /// More than what stands in a line beside texts of the host: time, level, ids, and the names of all that.
    private static let beginningBytesMax = 256

    @inline(never)
    private mutating func longMessage(_ text: UnsafeRawBufferPointer, _ format: LineFormat) {
        isTruncated = !line.jsonText(text, upTo: Limits.lineBytesMax)
        line.append(UInt8(ascii: "\""))
        line.append(format.service)
    }

    @inline(__always)
    private mutating func beginRecord(
        _ place: LogPlace, _ level: Logger.Level, _ message: String, _ timeUnixNano: UInt64
    ) {
        let severity = level.severity
        message.withBytes { message in
            policy.passMessage(message) { text in
                record.write(upTo: text.count &+ Self.beginningBytesMax) { cursor in
                    cursor.fixed64(Tag.fixed64(1), timeUnixNano)
                    cursor.put(Tag.varint(2))
                    cursor.put(severity.number)
                    cursor.put(Tag.bytes(3), severity.text.utf8CodeUnitCount)
                    cursor.put(severity.text)
                    cursor.put(Tag.bytes(5))
                    cursor.varint(1 &+ ByteBuffer.varintSize(text.count) &+ text.count)
                    cursor.put(Tag.bytes(1))
                    cursor.varint(text.count)
                    cursor.put(text)
                    if let span = place.span {
                        cursor.put(Tag.fixed32(8))
                        cursor.put(raw: UInt32(span.flags).littleEndian)
                        cursor.traceID(Tag.bytes(9), span.traceID)
                        cursor.spanID(Tag.bytes(10), span.spanID)
                    }
                    cursor.fixed64(Tag.fixed64(11), timeUnixNano)
                }
            }
        }
        attributesStart = record.count
        if let requestID = place.requestID { record.attribute(Tag.bytes(6), RequestID.attributeName, requestID) }
    }

    /// The last field: what went wrong.
    mutating func error(_ error: any Error) {
        closeFields()
        let description = ErrorDescription(error)
        let message = policy.clean(description.message)
        if writesLine {
            let names = writer.takeUnretainedValue().format.error
            line.append(names.type)
            line.jsonString(description.type)
            line.append(names.message)
            line.jsonString(message)
            if let stack = description.stack {
                line.append(names.stack)
                line.jsonString(stack)
            }
            line.append(names.end)
        }
        if writesRecord {
            record.attribute(Tag.bytes(6), "exception.type", description.type)
            record.attribute(Tag.bytes(6), "exception.message", message)
            if let stack = description.stack { record.attribute(Tag.bytes(6), "exception.stacktrace", stack) }
        }
    }

    /// Ends the object of the fields; none can follow.
    private mutating func closeFields() {
        if fieldCount > 0, writesLine { line.append(UInt8(ascii: "}")) }
        fieldCount = 0
    }

    /// Sends both forms on their way, or keeps them until the request fails.
    consuming func finish(isBelowLevel: Bool) {
        closeFields()
        if writesLine {
            line.append(isTruncated ? ",\"truncated\":true}\n" : "}\n")
        }
        if droppedCount > 0, writesRecord { record.varint(Tag.varint(7), UInt64(droppedCount)) }
        if isBelowLevel {
            keep()
        } else {
            output?._withUnsafeGuaranteedRef { $0.write(line.bytes) }
            records?._withUnsafeGuaranteedRef { $0.append(record.bytes, scope: scope, counts: counts) }
            counts?._withUnsafeGuaranteedRef { $0.countLog() }
        }
        Scratch.giveBack(scratch)
    }

    @inline(never)
    private func keep() {
        guard let counts = counts?.takeUnretainedValue(), let request = counts.scope else { return }
        let writer = writer.takeUnretainedValue()
        let kept = DebugRing.Line(
            json: writesLine ? Array(line.bytes) : [], record: writesRecord ? Array(record.bytes) : [],
            output: writer.output, records: writer.records, logger: scope, counts: counts)
        request.keep(kept)
    }
}

extension Logger.Level {
    /// The level's place among seven, its number in OpenTelemetry's scale, and its own name.
    ///
    /// Source: OpenTelemetry specification 1.x, Logs data model.
    var severity: (place: Int, number: UInt8, text: StaticString) {
        switch self {
        case .trace: (0, 1, "TRACE")
        case .debug: (1, 5, "DEBUG")
        case .info: (2, 9, "INFO")
        case .notice: (3, 10, "NOTICE")
        case .warning: (4, 13, "WARNING")
        case .error: (5, 17, "ERROR")
        case .critical: (6, 21, "CRITICAL")
        }
    }
}

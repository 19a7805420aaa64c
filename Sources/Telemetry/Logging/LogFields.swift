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
    private let policy: ValuePolicy
    private let scope: ScopeID
    private unowned(unsafe) let counts: BegunCounts?
    private let fieldsMax: Int
    private let writesLine: Bool
    private let writesRecord: Bool
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
                    if writesLine { isTruncated = !line.jsonString(text, upTo: Limits.lineBytesMax) || isTruncated }
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
            if writesLine { line.json(value) }
            if writesRecord { record.attribute(Tag.bytes(6), key, int: value) }
        }
    }

    public mutating func set(_ key: String, _ value: Double) {
        key.withBytes { key in
            guard open(key) else { return }
            if policy.hides(key) { return hidden(key) }
            if writesLine { line.json(value) }
            if writesRecord { record.attribute(Tag.bytes(6), key, double: value) }
        }
    }

    public mutating func set(_ key: String, _ value: Bool) {
        key.withBytes { key in
            guard open(key) else { return }
            if policy.hides(key) { return hidden(key) }
            if writesLine { line.json(value) }
            if writesRecord { record.attribute(Tag.bytes(6), key, bool: value) }
        }
    }

    /// A value as swift-log has it: nested as deep as Limits.metadataDepthMax.
    mutating func set(_ key: String, _ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): set(key, text)
        case .stringConvertible(let value):
            switch Scalar(value) {
            case .string(let text): set(key, text)
            case .bool(let flag): set(key, flag)
            case .int(let number): set(key, number)
            case .double(let number): set(key, number)
            }
        case .array, .dictionary:
            key.withBytes { key in
                guard open(key) else { return }
                if policy.hides(key) { return hidden(key) }
                if writesLine { isTruncated = !line.metadata(value, policy) || isTruncated }
                if writesRecord { record.attribute(Tag.bytes(6), key, value, policy) }
            }
        }
    }

    /// Writes what stands before the value; returns whether there is room for it.
    @inline(__always)
    private mutating func open(_ key: UnsafeRawBufferPointer) -> Bool {
        guard fieldCount < fieldsMax, line.count < Limits.lineBytesMax,
            keys.insert(key) || record.attribute(Tag.bytes(6), key, from: attributesStart) == nil
        else {
            skip()
            return false
        }
        if writesLine {
            if fieldCount == 0 { line.append(#","metadata":{"#) } else { line.append(UInt8(ascii: ",")) }
            line.jsonKey(key)
        }
        fieldCount &+= 1
        return true
    }

    @inline(never)
    private mutating func skip() {
        droppedCount &+= 1
        isTruncated = true
    }

    @inline(never)
    private mutating func hidden(_ key: UnsafeRawBufferPointer) {
        Redaction.replacement.withBytes { text in
            if writesLine { line.jsonString(text) }
            if writesRecord { record.attribute(Tag.bytes(6), key, text: text) }
        }
    }

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
        _ writer: LogWriter, _ logger: borrowing LoggerIdentity, _ place: borrowing LogPlace, level: Logger.Level,
        message: String, timeUnixNano: UInt64
    ) {
        scratch = Scratch.take()
        self.writer = .passUnretained(writer)
        policy = writer.policy
        scope = logger.scope
        counts = place.reference?.counts
        fieldsMax = writer.fieldsMax
        writesLine = writer.output != nil
        writesRecord = writer.records != nil
        if writesLine { beginLine(writer.format, logger, place, level, message, timeUnixNano) }
        if writesRecord { beginRecord(place, level, message, timeUnixNano) }
    }

    private mutating func beginLine(
        _ format: LineFormat, _ logger: borrowing LoggerIdentity, _ place: borrowing LogPlace, _ level: Logger.Level,
        _ message: String, _ timeUnixNano: UInt64
    ) {
        line.append(#"{"timestamp":""#)
        scratch.pointee.second.append(timeUnixNano, to: &scratch.pointee.line)
        line.append(format.levels[level.severity.place])
        message.withBytes { message in
            policy.passMessage(message) {
                isTruncated = !line.jsonText($0, upTo: Limits.lineBytesMax)
            }
        }
        line.append(UInt8(ascii: "\""))
        line.append(format.service)
        if let requestID = place.requestID {
            line.append(format.requestID)
            line.jsonString(requestID)
        }
        if let reference = place.reference {
            line.write(upTo: 80) { cursor in
                cursor.put(format.traceID)
                cursor.hex(reference.spanContext.traceID.high)
                cursor.hex(reference.spanContext.traceID.low)
                cursor.put(format.spanID)
                cursor.hex(reference.spanContext.spanID.value)
                cursor.put(UInt8(ascii: "\""))
            }
        }
        line.append(logger.member)
        if let isColdStart = place.reference?.scope?.isColdStart {
            line.append(format.coldStart)
            line.json(isColdStart)
        }
        line.append(format.function)
    }

    private mutating func beginRecord(
        _ place: borrowing LogPlace, _ level: Logger.Level, _ message: String, _ timeUnixNano: UInt64
    ) {
        let severity = level.severity
        record.fixed64(Tag.fixed64(1), timeUnixNano)
        record.varint(Tag.varint(2), UInt64(severity.number))
        record.bytes(
            Tag.bytes(3),
            UnsafeRawBufferPointer(start: severity.text.utf8Start, count: severity.text.utf8CodeUnitCount))
        message.withBytes { message in
            policy.passMessage(message) { text in
                record.write(upTo: text.count &+ 22) { cursor in
                    cursor.put(Tag.bytes(5))
                    cursor.varint(1 &+ ByteBuffer.varintSize(text.count) &+ text.count)
                    cursor.put(Tag.bytes(1))
                    cursor.varint(text.count)
                    cursor.put(text)
                }
            }
        }
        if let reference = place.reference {
            record.fixed32(Tag.fixed32(8), UInt32(reference.spanContext.flags))
            record.traceID(Tag.bytes(9), reference.spanContext.traceID)
            record.spanID(Tag.bytes(10), reference.spanContext.spanID)
        }
        record.fixed64(Tag.fixed64(11), timeUnixNano)
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
            writer._withUnsafeGuaranteedRef { writer in
                if writesLine { writer.output?.write(line.bytes) }
                if writesRecord { writer.records?.append(record.bytes, scope: scope, counts: counts) }
            }
            counts?.countLog()
        }
        Scratch.giveBack(scratch)
    }

    @inline(never)
    private func keep() {
        guard let counts, let request = counts.scope else { return }
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

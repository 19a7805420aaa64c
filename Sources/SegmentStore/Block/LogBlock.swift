import OTLP
import TelemetryStore

/// Log records as columns, in trace order; those without a trace stand first.
enum LogBlock {
    /// Appends log records of one trace in the order of `locations`.
    static func append(
        _ locations: ArraySlice<RecordLocation>, of bodies: [[UInt8]], to block: inout BlockBuilder,
        _ reader: inout LogRecordReader
    ) throws(WireError) {
        var previousTime: UInt64 = 0
        var previousSpan = SpanID.zero
        for location in locations {
            let bytes = bodies[location.body]
            let body = bytes.span
            _ = try reader.read(location.range, in: body)
            block.beginRow(of: location)
            appendSpan(reader.spanID, previous: &previousSpan, to: &block)
            block[.time].append(signed: Int64(bitPattern: reader.timeUnixNano &- previousTime))
            previousTime = reader.timeUnixNano
            block[.observedTime].append(
                signed: Int64(bitPattern: reader.observedTimeUnixNano &- reader.timeUnixNano))
            block[.severity].append(signed: Int64(reader.severityNumber))
            block.append(reader.severityText, in: body, to: .severityText)
            block.append(CollectionOfOne(reader.body), in: body, to: .bodyShape)
            block.append(reader.attributes, in: body, to: .shape)
            block[.droppedAttributes].append(reader.droppedAttributesCount)
            block[.flags].append(reader.flags)
            block.append(reader.eventName, in: body, to: .eventName)
        }
    }

    /// 0: no span. 1: that of the row before in this trace. 2: another, in a column of its own.
    private static func appendSpan(_ span: SpanID, previous: inout SpanID, to block: inout BlockBuilder) {
        if span.isZero {
            block[.spanReference].append(0)
        } else if span == previous {
            block[.spanReference].append(1)
        } else {
            block[.spanReference].append(2)
            block[.spanID].append(fixed: span.value)
            previous = span
        }
    }

    // MARK: Reading

    /// Reads the records of the wanted traces, or all when `wanted` is `nil`.
    static func read(
        _ payload: [UInt8], wanted: Set<TraceID>?, _ receive: (LogRecord, BlockReader.Origin) -> Void
    ) throws(StoreError) {
        var block = try BlockReader(payload)
        do throws(WireError) {
            var row = 0
            while row < block.rowCount {
                let traceID = try block.nextTraceID()
                let rows = try block[.traceRowCount].nextInt()
                guard rows > 0, rows <= block.rowCount - row else { throw WireError(.lengthBeyondMessage, at: row) }
                let isWanted = wanted?.contains(traceID) ?? true
                var time: UInt64 = 0
                var span = SpanID.zero
                for _ in 0..<rows {
                    let origin = try block.nextOrigin()
                    let record = try record(traceID, &time, &span, &block)
                    if isWanted { receive(record, origin) }
                }
                row += rows
            }
        } catch {
            throw StoreError(.corrupt, "cannot read a block of logs: a column is damaged (\(error.code.rawValue))")
        }
    }

    private static func record(
        _ traceID: TraceID, _ time: inout UInt64, _ span: inout SpanID, _ block: inout BlockReader
    ) throws(WireError) -> LogRecord {
        var record = LogRecord(traceID: traceID)
        switch try block[.spanReference].next() {
        case 0: break
        case 1: record.spanID = span
        default:
            span = SpanID(try block[.spanID].nextFixed())
            record.spanID = span
        }
        time &+= UInt64(bitPattern: try block[.time].nextSigned())
        record.timeUnixNano = time
        record.observedTimeUnixNano = time &+ UInt64(bitPattern: try block[.observedTime].nextSigned())
        record.severityNumber = LogRecord.Severity(
            rawValue: Int32(truncatingIfNeeded: try block[.severity].nextSigned()))
        record.severityText = try block.text(.severityText)
        record.body = try block.nextAttributes(.bodyShape).first?.value
        record.attributes = try block.nextAttributes(.shape)
        record.droppedAttributesCount = try block[.droppedAttributes].nextUInt32()
        record.flags = try block[.flags].nextUInt32()
        record.eventName = try block.text(.eventName)
        return record
    }
}

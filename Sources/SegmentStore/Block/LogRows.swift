import OTLP
import TelemetryStore

/// Log records as columns and back.
enum LogRows {
    // MARK: Writing

    /// Appends the log records of one run: those of a span together, in order of time.
    static func append(
        _ locations: ArraySlice<RecordLocation>, of bodies: [[UInt8]], _ origins: OriginTable, start: UInt64,
        to block: inout BlockBuilder, _ family: SpanFamily, _ reader: inout LogRecordReader
    ) throws(WireError) {
        var clock = LogClock(start)
        for location in locations {
            let bytes = bodies[location.body]
            let body = bytes.span
            _ = try reader.read(location.range, in: body)
            let origin = block.beginRow(.logs, origin: location.origin, of: origins)
            appendSpan(of: reader, family, &clock, to: &block)
            appendTimes(of: reader, &clock, to: &block)
            block.append(signed: Int64(reader.severityNumber), to: .logSeverity)
            block.append(reader.severityText, in: body, to: .logSeverityText)
            let value = CollectionOfOne(reader.body)
            block.append(value.span, of: .logs, owner: .body, in: body, to: .logBodyShape)
            block.append(
                reader.attributes.span, of: .logs, kin: UInt32(truncatingIfNeeded: origin), in: body, to: .logShape)
            block.append(reader.droppedAttributesCount, to: .logDroppedAttributes)
            block.append(reader.flags, to: .logFlags)
            block.append(reader.eventName, in: body, to: .logEventName)
        }
    }

    /// 0: no span. 1: one outside the run, in a column of its own. Else 2 + its row, counted from that of the record before.
    private static func appendSpan(
        of record: borrowing LogRecordReader, _ family: SpanFamily, _ clock: inout LogClock,
        to block: inout BlockBuilder
    ) {
        if record.spanID.isZero {
            block.append(UInt64(0), to: .logSpan)
        } else if let row = family.row(of: record.spanID) {
            block.append(2 + Zigzag.encode(Int64(row - clock.row)), to: .logSpan)
            clock.enter(row, of: family)
        } else {
            block.append(UInt64(1), to: .logSpan)
            block.append(record.spanID.value, to: .logForeignSpan)
        }
    }

    private static func appendTimes(
        of record: borrowing LogRecordReader, _ clock: inout LogClock, to block: inout BlockBuilder
    ) {
        let (time, observed) = (record.timeUnixNano, record.observedTimeUnixNano)
        block.append(UInt64((time != 0 ? 1 : 0) | (observed != 0 ? 2 : 0)), to: .logPresence)
        if time != 0 {
            block.append(time, since: clock.time, to: .logTime)
            clock.time = time
        }
        if observed != 0 { block.append(observed, since: clock.time, to: .logObservedTime) }
        if time == 0, observed != 0 { clock.time = observed }
        block.summarise(recordAt: time != 0 ? time : observed, severity: record.severityNumber)
    }

    // MARK: Reading

    /// Moves past `count` rows.
    static func skip(_ count: Int, _ rows: inout RowReader) throws(StoreError) {
        for column in perRecord { rows.skip(column, count) }
        rows.skip(.logForeignSpan, try rows.take(.logSpan, count).count { $0 == 1 })
        let presence = try rows.take(.logPresence, count)
        rows.skip(.logTime, presence.count { $0 & 1 != 0 })
        rows.skip(.logObservedTime, presence.count { $0 & 2 != 0 })
        try rows.skipAttributes(.logBodyShape, count)
        try rows.skipAttributes(.logShape, count)
    }

    private static let perRecord: [BlockColumn] = [
        .logOrigin, .logSeverity, .logSeverityText, .logDroppedAttributes, .logFlags, .logEventName,
    ]

    /// Gives the rows of one run as LogRecord messages.
    static func read(
        _ count: Int, of traceID: TraceID, start: UInt64, _ rows: inout RowReader, _ family: SpanFamily,
        _ receive: (UInt64, [UInt8]) throws(StoreError) -> Void
    ) throws(StoreError) {
        var clock = LogClock(start)
        var writer = ProtobufWriter()
        for _ in 0..<count {
            let origin = try rows.next(.logOrigin)
            var span = SpanID.zero
            switch try rows.next(.logSpan) {
            case 0: break
            case 1: span = SpanID(try rows.next(.logForeignSpan))
            case let distance:
                let row = clock.row &+ Int(truncatingIfNeeded: Zigzag.decode(distance - 2))
                guard family.ids.indices.contains(row) else { throw RowReader.damaged(.logSpan) }
                span = family.ids[row]
                clock.enter(row, of: family)
            }
            let presence = try rows.next(.logPresence)
            var time: UInt64 = 0
            var observed: UInt64 = 0
            if presence & 1 != 0 {
                time = try rows.nextTime(.logTime, since: clock.time)
                clock.time = time
            }
            if presence & 2 != 0 { observed = try rows.nextTime(.logObservedTime, since: clock.time) }
            if time == 0, observed != 0 { clock.time = observed }
            writer.bytes.removeAll(keepingCapacity: true)
            writer.fixed64(1, time)
            writer.int32(2, Int32(truncatingIfNeeded: try rows.nextSigned(.logSeverity)))
            try rows.text(.logSeverityText, as: 3, into: &writer)
            try rows.value(.logBodyShape, as: 5, into: &writer)
            try rows.attributes(.logShape, as: 6, into: &writer)
            writer.uint64(7, try rows.next(.logDroppedAttributes))
            writer.fixed32(8, UInt32(truncatingIfNeeded: try rows.next(.logFlags)))
            writer.id(9, traceID)
            writer.id(10, span)
            writer.fixed64(11, observed)
            try rows.text(.logEventName, as: 12, into: &writer)
            try receive(origin, writer.bytes)
        }
    }
}

/// What the times of a run's records are counted from: the record before, and at a new span the start of that span.
struct LogClock {
    var row = 0
    var time: UInt64
    private var isInside = false

    init(_ start: UInt64) {
        time = start
    }

    mutating func enter(_ row: Int, of family: SpanFamily) { enter(row, start: family.start(ofRow: row)) }

    mutating func enter(_ row: Int, start: UInt64) {
        if row != self.row || !isInside { time = start }
        self.row = row
        isInside = true
    }
}

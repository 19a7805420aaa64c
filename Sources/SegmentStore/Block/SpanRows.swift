import OTLP
import TelemetryStore

/// Spans as columns and back.
enum SpanRows {
    // MARK: Writing

    /// Appends the spans of one run, in the order of `locations`.
    static func append(
        _ locations: ArraySlice<RecordLocation>, of bodies: [[UInt8]], _ origins: OriginTable, start: UInt64,
        to block: inout BlockBuilder, _ family: inout SpanFamily, _ reader: inout SpanReader
    ) throws(WireError) {
        var steps = SpanIDSteps()
        for location in locations {
            let bytes = bodies[location.body]
            let body = bytes.span
            _ = try reader.read(location.range, in: body)
            let origin = block.beginRow(.traces, origin: location.origin, of: origins)
            if let step = steps.step(to: reader.spanID, of: origin) {
                block.append(step, to: .spanIDStep)
            } else {
                block.append(UInt64(0), to: .spanIDStep)
                block.append(reader.spanID.value, to: .spanID)
            }
            let parent = appendParent(of: reader, family, to: &block)
            appendTimes(of: reader, since: family.base(ofRowWithParent: parent, runStart: start), to: &block)
            family.append(start: reader.startTimeUnixNano, end: reader.endTimeUnixNano, parent: parent)
            let name = block.append(reader.name, in: body, to: .spanName)
            block.append(signed: Int64(reader.kind), to: .spanKind)
            block.append(reader.traceState, in: body, to: .spanTraceState)
            block.append(reader.flags, to: .spanFlags)
            block.append(reader.droppedAttributesCount, to: .spanDroppedAttributes)
            block.append(reader.droppedEventsCount, to: .spanDroppedEvents)
            block.append(reader.droppedLinksCount, to: .spanDroppedLinks)
            appendStatus(reader.status, in: body, to: &block)
            let attributes = reader.attributes.span.extracting(0..<reader.ownAttributeCount)
            block.append(attributes, of: .traces, kin: name, in: body, to: .spanShape)
            appendEvents(reader, in: body, to: &block)
            appendLinks(reader, in: body, to: &block)
        }
    }

    /// 0: root. 1: a span outside the run, in a column of its own. Else 2 + the distance of its row, zigzag.
    private static func appendParent(
        of span: borrowing SpanReader, _ family: SpanFamily, to block: inout BlockBuilder
    ) -> Int? {
        if span.parentSpanID.isZero {
            block.append(UInt64(0), to: .spanParent)
            return nil
        }
        guard let row = family.row(of: span.parentSpanID) else {
            block.append(UInt64(1), to: .spanParent)
            block.append(span.parentSpanID.value, to: .spanForeignParent)
            return nil
        }
        block.append(2 + Zigzag.encode(Int64(family.count - row)), to: .spanParent)
        return row
    }

    private static func appendTimes(
        of span: borrowing SpanReader, since base: UInt64, to block: inout BlockBuilder
    ) {
        let (start, end) = (span.startTimeUnixNano, span.endTimeUnixNano)
        block.append(UInt64((start != 0 ? 1 : 0) | (end != 0 ? 2 : 0)), to: .spanPresence)
        if start != 0 { block.append(start, since: base, to: .spanStart) }
        if end != 0 { block.append(end, since: start, to: .spanDuration) }
        let isError = span.status?.code == Span.Status.Code.error.rawValue
        block.summarise(spanFrom: start, to: end, isError: isError)
    }

    /// 0: no status message. Else 1 + code, zigzag, and its text.
    private static func appendStatus(
        _ status: SpanReader.StatusView?, in body: ByteSpan, to block: inout BlockBuilder
    ) {
        guard let status else { return block.append(UInt64(0), to: .spanStatus) }
        block.append(1 + Zigzag.encode(Int64(status.code)), to: .spanStatus)
        block.append(status.message, in: body, to: .spanStatusMessage)
    }

    private static func appendEvents(_ span: borrowing SpanReader, in body: ByteSpan, to block: inout BlockBuilder) {
        block.append(UInt64(span.events.count), to: .eventCount)
        for event in span.events {
            block.append(event.timeUnixNano, since: span.startTimeUnixNano, to: .eventTime)
            let name = block.append(event.name, in: body, to: .eventName)
            block.append(event.droppedAttributesCount, to: .eventDroppedAttributes)
            let attributes = span.attributes.span.extracting(event.attributes)
            block.append(attributes, of: .traces, owner: .event, kin: name, in: body, to: .eventShape)
        }
    }

    private static func appendLinks(_ span: borrowing SpanReader, in body: ByteSpan, to block: inout BlockBuilder) {
        block.append(UInt64(span.links.count), to: .linkCount)
        for link in span.links {
            block.append(link.traceID.high, to: .linkTraceIDHigh)
            block.append(link.traceID.low, to: .linkTraceIDLow)
            block.append(link.spanID.value, to: .linkSpanID)
            block.append(link.traceState, in: body, to: .linkTraceState)
            block.append(link.droppedAttributesCount, to: .linkDroppedAttributes)
            block.append(link.flags, to: .linkFlags)
            let attributes = span.attributes.span.extracting(link.attributes)
            block.append(attributes, of: .traces, owner: .link, in: body, to: .linkShape)
            if !link.traceID.isZero, link.traceID != span.traceID { block.index(linkTo: link.traceID) }
        }
    }

    // MARK: Reading

    /// Moves past `count` rows.
    static func skip(_ count: Int, _ rows: inout RowReader) throws(StoreError) {
        try skipMembers(count, &rows)
        for column in perSpan { rows.skip(column, count) }
        rows.skip(.spanStatusMessage, try rows.take(.spanStatus, count).count { $0 != 0 })
        try rows.skipAttributes(.spanShape, count)
        let events = try rows.takeSum(.eventCount, count)
        for column in perEvent { rows.skip(column, events) }
        try rows.skipAttributes(.eventShape, events)
        let links = try rows.takeSum(.linkCount, count)
        for column in perLink { rows.skip(column, links) }
        try rows.skipAttributes(.linkShape, links)
    }

    /// Moves past what `readFamily` reads of `count` rows.
    static func skipMembers(_ count: Int, _ rows: inout RowReader) throws(StoreError) {
        rows.skip(.spanOrigin, count)
        rows.skip(.spanID, try rows.take(.spanIDStep, count).count { $0 == 0 })
        rows.skip(.spanForeignParent, try rows.take(.spanParent, count).count { $0 == 1 })
        let presence = try rows.take(.spanPresence, count)
        rows.skip(.spanStart, presence.count { $0 & 1 != 0 })
        rows.skip(.spanDuration, presence.count { $0 & 2 != 0 })
    }

    private static let perSpan: [BlockColumn] = [
        .spanName, .spanKind, .spanTraceState, .spanFlags, .spanDroppedAttributes, .spanDroppedEvents,
        .spanDroppedLinks,
    ]
    private static let perEvent: [BlockColumn] = [.eventTime, .eventName, .eventDroppedAttributes]
    private static let perLink: [BlockColumn] = [
        .linkTraceIDHigh, .linkTraceIDLow, .linkSpanID, .linkTraceState, .linkDroppedAttributes, .linkFlags,
    ]

    /// The ids of the next `count` spans, without moving past their other columns.
    static func nextIDs(_ count: Int, _ rows: inout RowReader) throws(StoreError) -> [SpanID] {
        var steps = SpanIDSteps()
        var ids: [SpanID] = []
        ids.reserveCapacity(count)
        for origin in try rows.peek(.spanOrigin, count) {
            let step = try rows.next(.spanIDStep)
            let id = step == 0 ? SpanID(try rows.next(.spanID)) : steps.id(by: step, of: origin)
            steps.take(id, of: origin)
            ids.append(id)
        }
        return ids
    }

    /// Reads what the logs of a run must know of its spans, and no other column.
    static func readFamily(
        _ count: Int, start runStart: UInt64, _ rows: inout RowReader, _ family: inout SpanFamily
    ) throws(StoreError) {
        let ids = try nextIDs(count, &rows)
        rows.skip(.spanOrigin, count)
        for row in 0..<count { _ = try nextMember(row, of: ids, start: runStart, &rows, &family) }
    }

    /// Adds the next span to its family, and says what it learnt of it.
    private static func nextMember(
        _ row: Int, of ids: [SpanID], start runStart: UInt64, _ rows: inout RowReader, _ family: inout SpanFamily
    ) throws(StoreError) -> (parent: SpanID, start: UInt64, end: UInt64) {
        var parentRow: Int?
        var parent = SpanID.zero
        switch try rows.next(.spanParent) {
        case 0: break
        case 1: parent = SpanID(try rows.next(.spanForeignParent))
        case let distance:
            let place = row &- Int(truncatingIfNeeded: Zigzag.decode(distance - 2))
            guard ids.indices.contains(place) else { throw RowReader.damaged(.spanParent) }
            parent = ids[place]
            parentRow = place
        }
        let presence = try rows.next(.spanPresence)
        var start: UInt64 = 0
        var end: UInt64 = 0
        let base = family.base(ofRowWithParent: parentRow, runStart: runStart)
        if presence & 1 != 0 { start = try rows.nextTime(.spanStart, since: base) }
        if presence & 2 != 0 { end = try rows.nextTime(.spanDuration, since: start) }
        family.append(id: ids[row], start: start, end: end, parent: parentRow)
        return (parent, start, end)
    }

    /// Gives the rows of one run as Span messages, and says what it learns of them for the logs of the run.
    static func read(
        _ count: Int, of traceID: TraceID, start runStart: UInt64, _ rows: inout RowReader, _ family: inout SpanFamily,
        _ receive: (UInt64, [UInt8]) throws(StoreError) -> Void
    ) throws(StoreError) {
        // A parent may stand behind its child, so the ids of the run are read first.
        let ids = try nextIDs(count, &rows)
        var writer = ProtobufWriter()
        for row in 0..<count {
            let origin = try rows.next(.spanOrigin)
            let (parent, start, end) = try nextMember(row, of: ids, start: runStart, &rows, &family)
            writer.bytes.removeAll(keepingCapacity: true)
            writer.id(1, traceID)
            writer.id(2, ids[row])
            try rows.text(.spanTraceState, as: 3, into: &writer)
            writer.id(4, parent)
            try rows.text(.spanName, as: 5, into: &writer)
            writer.int32(6, Int32(truncatingIfNeeded: try rows.nextSigned(.spanKind)))
            writer.fixed64(7, start)
            writer.fixed64(8, end)
            try rows.attributes(.spanShape, as: 9, into: &writer)
            writer.uint64(10, try rows.next(.spanDroppedAttributes))
            try readEvents(start, &rows, into: &writer)
            writer.uint64(12, try rows.next(.spanDroppedEvents))
            try readLinks(&rows, into: &writer)
            writer.uint64(14, try rows.next(.spanDroppedLinks))
            try readStatus(&rows, into: &writer)
            writer.fixed32(16, UInt32(truncatingIfNeeded: try rows.next(.spanFlags)))
            try receive(origin, writer.bytes)
        }
    }

    private static func readEvents(
        _ start: UInt64, _ rows: inout RowReader, into writer: inout ProtobufWriter
    ) throws(StoreError) {
        for _ in 0..<(try rows.next(.eventCount)) {
            writer.tag(11, .lengthDelimited)
            let length = writer.beginLength()
            writer.fixed64(1, try rows.nextTime(.eventTime, since: start))
            try rows.text(.eventName, as: 2, into: &writer)
            try rows.attributes(.eventShape, as: 3, into: &writer)
            writer.uint64(4, try rows.next(.eventDroppedAttributes))
            writer.endLength(length)
        }
    }

    private static func readLinks(_ rows: inout RowReader, into writer: inout ProtobufWriter) throws(StoreError) {
        for _ in 0..<(try rows.next(.linkCount)) {
            writer.tag(13, .lengthDelimited)
            let length = writer.beginLength()
            writer.id(1, TraceID(high: try rows.next(.linkTraceIDHigh), low: try rows.next(.linkTraceIDLow)))
            writer.id(2, SpanID(try rows.next(.linkSpanID)))
            try rows.text(.linkTraceState, as: 3, into: &writer)
            try rows.attributes(.linkShape, as: 4, into: &writer)
            writer.uint64(5, try rows.next(.linkDroppedAttributes))
            writer.fixed32(6, UInt32(truncatingIfNeeded: try rows.next(.linkFlags)))
            writer.endLength(length)
        }
    }

    private static func readStatus(_ rows: inout RowReader, into writer: inout ProtobufWriter) throws(StoreError) {
        let status = try rows.next(.spanStatus)
        guard status != 0 else { return }
        writer.tag(15, .lengthDelimited)
        let length = writer.beginLength()
        try rows.text(.spanStatusMessage, as: 2, into: &writer)
        writer.int32(3, Int32(truncatingIfNeeded: Zigzag.decode(status - 1)))
        writer.endLength(length)
    }
}

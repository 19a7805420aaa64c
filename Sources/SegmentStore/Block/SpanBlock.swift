import OTLP
import TelemetryStore

/// Spans as columns, in trace order.
enum SpanBlock {
    /// Appends the spans of one trace, or as many of them as a block takes, in the order of `locations`.
    static func append(
        _ locations: ArraySlice<RecordLocation>, of bodies: [[UInt8]], to block: inout BlockBuilder,
        _ reader: inout SpanReader
    ) throws(WireError) {
        var ordinals: [SpanID: Int] = [:]
        for (ordinal, location) in locations.enumerated() where ordinals[location.spanID] == nil {
            ordinals[location.spanID] = ordinal
        }
        var previousStart: UInt64 = 0
        for location in locations {
            let bytes = bodies[location.body]
            let body = bytes.span
            _ = try reader.read(location.range, in: body)
            block.beginRow(of: location)
            block[.spanID].append(fixed: reader.spanID.value)
            appendParent(reader.parentSpanID, ordinals, to: &block)
            block.append(reader.name, in: body, to: .name)
            block[.kind].append(signed: Int64(reader.kind))
            block[.time].append(signed: Int64(bitPattern: reader.startTimeUnixNano &- previousStart))
            previousStart = reader.startTimeUnixNano
            block[.duration].append(
                signed: Int64(bitPattern: reader.endTimeUnixNano &- reader.startTimeUnixNano))
            block.append(reader.traceState, in: body, to: .traceState)
            block[.flags].append(reader.flags)
            block[.droppedAttributes].append(reader.droppedAttributesCount)
            block[.droppedEvents].append(reader.droppedEventsCount)
            block[.droppedLinks].append(reader.droppedLinksCount)
            appendStatus(reader.status, in: body, to: &block)
            block.append(reader.attributes[..<reader.ownAttributeCount], in: body, to: .shape)
            appendEvents(reader, in: body, to: &block)
            appendLinks(reader, in: body, to: &block)
        }
    }

    /// 0: root. 1: a span outside the block, in a column of its own. Else 2 + its ordinal among these rows.
    private static func appendParent(_ parent: SpanID, _ ordinals: [SpanID: Int], to block: inout BlockBuilder) {
        if parent.isZero {
            block[.parent].append(0)
        } else if let ordinal = ordinals[parent] {
            block[.parent].append(2 + ordinal)
        } else {
            block[.parent].append(1)
            block[.foreignParent].append(fixed: parent.value)
        }
    }

    /// 0: no status message. Else 1 + code, zigzag, and its text.
    private static func appendStatus(
        _ status: SpanReader.StatusView?, in body: ByteSpan, to block: inout BlockBuilder
    ) {
        guard let status else {
            block[.status].append(0)
            return
        }
        let code = Int64(status.code)
        block[.status].append(1 + UInt64(bitPattern: code &<< 1 ^ code &>> 63))
        block.append(status.message, in: body, to: .statusMessage)
    }

    private static func appendEvents(_ span: borrowing SpanReader, in body: ByteSpan, to block: inout BlockBuilder) {
        block[.eventCount].append(span.events.count)
        for event in span.events {
            block[.eventTime].append(signed: Int64(bitPattern: event.timeUnixNano &- span.startTimeUnixNano))
            block.append(event.name, in: body, to: .eventName)
            block[.eventDroppedAttributes].append(event.droppedAttributesCount)
            block.append(span.attributes[event.attributes], in: body, to: .eventShape)
        }
    }

    private static func appendLinks(_ span: borrowing SpanReader, in body: ByteSpan, to block: inout BlockBuilder) {
        block[.linkCount].append(span.links.count)
        for link in span.links {
            block[.linkTraceID].append(fixed: link.traceID.high)
            block[.linkTraceID].append(fixed: link.traceID.low)
            block[.linkSpanID].append(fixed: link.spanID.value)
            block.append(link.traceState, in: body, to: .linkTraceState)
            block[.linkDroppedAttributes].append(link.droppedAttributesCount)
            block[.linkFlags].append(link.flags)
            block.append(span.attributes[link.attributes], in: body, to: .linkShape)
        }
    }

    // MARK: Reading

    /// Reads the spans of the wanted traces, or of all when `wanted` is `nil`.
    static func read(
        _ payload: [UInt8], wanted: Set<TraceID>?, _ receive: (Span, BlockReader.Origin) -> Void
    ) throws(StoreError) {
        var block = try BlockReader(payload)
        do throws(WireError) {
            var row = 0
            while row < block.rowCount {
                let traceID = try block.nextTraceID()
                let rows = try block[.traceRowCount].nextInt()
                guard rows > 0, rows <= block.rowCount - row else { throw WireError(.lengthBeyondMessage, at: row) }
                let spans = try trace(traceID, rows, &block)
                if wanted?.contains(traceID) ?? true { spans.forEach { receive($0.span, $0.origin) } }
                row += rows
            }
        } catch {
            throw StoreError(.corrupt, "cannot read a block of spans: a column is damaged (\(error.code.rawValue))")
        }
    }

    private static func trace(
        _ traceID: TraceID, _ rows: Int, _ block: inout BlockReader
    ) throws(WireError) -> [(span: Span, origin: BlockReader.Origin)] {
        var spans: [(span: Span, origin: BlockReader.Origin)] = []
        var parents: [Int] = []
        var start: UInt64 = 0
        for _ in 0..<rows {
            let origin = try block.nextOrigin()
            var span = Span(
                traceID: traceID, spanID: SpanID(try block[.spanID].nextFixed()), name: try block.text(.name),
                startTimeUnixNano: 0, endTimeUnixNano: 0)
            let parent = try block[.parent].nextInt()
            parents.append(parent)
            if parent == 1 { span.parentSpanID = SpanID(try block[.foreignParent].nextFixed()) }
            span.kind = Span.Kind(rawValue: Int32(truncatingIfNeeded: try block[.kind].nextSigned()))
            start &+= UInt64(bitPattern: try block[.time].nextSigned())
            span.startTimeUnixNano = start
            span.endTimeUnixNano = start &+ UInt64(bitPattern: try block[.duration].nextSigned())
            span.traceState = try block.text(.traceState)
            span.flags = try block[.flags].nextUInt32()
            span.droppedAttributesCount = try block[.droppedAttributes].nextUInt32()
            span.droppedEventsCount = try block[.droppedEvents].nextUInt32()
            span.droppedLinksCount = try block[.droppedLinks].nextUInt32()
            span.status = try status(&block)
            span.attributes = try block.nextAttributes(.shape)
            span.events = try events(start, &block)
            span.links = try links(&block)
            spans.append((span, origin))
        }
        for (row, parent) in parents.enumerated() where parent >= 2 {
            guard parent - 2 < rows else { throw WireError(.lengthBeyondMessage, at: row) }
            spans[row].span.parentSpanID = spans[parent - 2].span.spanID
        }
        return spans
    }

    private static func status(_ block: inout BlockReader) throws(WireError) -> Span.Status? {
        let stored = try block[.status].next()
        guard stored != 0 else { return nil }
        let code = Int64(bitPattern: (stored - 1) >> 1) ^ -Int64(bitPattern: (stored - 1) & 1)
        return Span.Status(
            code: Span.Status.Code(rawValue: Int32(truncatingIfNeeded: code)), message: try block.text(.statusMessage))
    }

    private static func events(_ start: UInt64, _ block: inout BlockReader) throws(WireError) -> [Span.Event] {
        var events: [Span.Event] = []
        for _ in 0..<(try block[.eventCount].next()) {
            events.append(
                Span.Event(
                    timeUnixNano: start &+ UInt64(bitPattern: try block[.eventTime].nextSigned()),
                    name: try block.text(.eventName),
                    attributes: try block.nextAttributes(.eventShape),
                    droppedAttributesCount: try block[.eventDroppedAttributes].nextUInt32()))
        }
        return events
    }

    private static func links(_ block: inout BlockReader) throws(WireError) -> [Span.Link] {
        var links: [Span.Link] = []
        for _ in 0..<(try block[.linkCount].next()) {
            links.append(
                Span.Link(
                    traceID: TraceID(
                        high: try block[.linkTraceID].nextFixed(), low: try block[.linkTraceID].nextFixed()),
                    spanID: SpanID(try block[.linkSpanID].nextFixed()),
                    traceState: try block.text(.linkTraceState),
                    attributes: try block.nextAttributes(.linkShape),
                    droppedAttributesCount: try block[.linkDroppedAttributes].nextUInt32(),
                    flags: try block[.linkFlags].nextUInt32()))
        }
        return links
    }
}

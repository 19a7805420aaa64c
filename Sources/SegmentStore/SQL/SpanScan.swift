import OTLP
import TelemetryStore

/// The table `spans`: a row a span.
final class SpanScan: TableScan {
    enum Column: Int, CaseIterable {
        case traceID, spanID, parentSpanID, service, name, kind, time, duration, durationMilliseconds, status
        case statusMessage, scope, attributes, resource, events, links, traceState, flags

        var definition: SQLColumn {
            switch self {
            case .traceID: .text("trace_id", .traceID)
            case .spanID: .text("span_id")
            case .parentSpanID: .text("parent_span_id")
            case .service: .text("service", .service)
            case .name: .text("name", .name)
            case .kind: .text("kind", .kind)
            case .time: .integer("time", .time)
            case .duration: .integer("duration", .duration(unit: 1))
            case .durationMilliseconds: .real("duration_ms", .duration(unit: 1e6))
            case .status: .text("status", .status)
            case .statusMessage: .text("status_message")
            case .scope: .text("scope")
            case .attributes: .text("attributes")
            case .resource: .text("resource")
            case .events: .text("events")
            case .links: .text("links")
            case .traceState: .text("trace_state")
            case .flags: .integer("flags")
            }
        }
    }

    private var rows: RecordRows
    private var record: (row: Int, span: Span)?

    init(_ filter: RowFilter, _ context: SQLContext) {
        rows = RecordRows(.traces, filter, context)
    }

    func next() throws(StoreError) -> Bool {
        record = nil
        return try rows.next()
    }

    var rowID: Int64 { rows.rowID }

    func column(_ number: Int, _ result: SQLResult) throws(StoreError) {
        guard let group = rows.group else { return }
        let row = rows.row
        guard let column = Column(rawValue: number) else {
            return try rows.attribute(number - Column.allCases.count, result)
        }
        switch column {
        case .traceID: result.text(try group.traceID(row).hex)
        case .spanID: result.text(try group.spanID(ofSpan: row).hex)
        case .parentSpanID:
            if let parent = try group.parentSpanID(row) { result.text(parent.hex) } else { result.null() }
        case .service: group.origins.service(try group.value(.spanOrigin, row), result)
        case .name: try group.text(.spanName, row, result)
        case .kind:
            let code = Zigzag.decode(try group.value(.spanKind, row))
            result.text(Span.Kind(rawValue: Int32(truncatingIfNeeded: code)).name)
        case .time: result.time(try group.time(row))
        case .duration:
            if let value = try group.duration(row) { result.integer(clamping: value) } else { result.null() }
        case .durationMilliseconds:
            if let value = try group.duration(row) { result.real(Double(value) / 1e6) } else { result.null() }
        case .status:
            let code = try group.value(.spanStatus, row)
            result.text(
                Span.Status.Code(rawValue: code == 0 ? 0 : Int32(truncatingIfNeeded: Zigzag.decode(code - 1))).name)
        case .statusMessage:
            let message = try group.value(.spanStatusMessage, where: .spanStatus, is: { $0 != 0 }, row)
            guard let message else { return result.null() }
            try group.block.withText(message, group: group.group) { result.textIfAny($0) }
        case .scope: group.origins.scope(try group.value(.spanOrigin, row), result)
        case .attributes: result.text(JSONWriter.plain(try span(row, group).attributes))
        case .resource: group.origins.resource(try group.value(.spanOrigin, row), result)
        case .events: result.text(try span(row, group).events.plainJSON)
        case .links: result.text(try span(row, group).links.plainJSON)
        case .traceState: try group.text(.spanTraceState, row, result)
        case .flags: result.integer(clamping: try group.value(.spanFlags, row))
        }
    }

    private func span(_ row: Int, _ group: GroupRows) throws(StoreError) -> Span {
        if let record { return record.span }
        let message = try group.message(row)
        do throws(WireError) {
            var reader = SpanReader()
            _ = try reader.read(WireRange(start: 0, count: UInt32(message.count)), in: message.span)
            let span = try Span(reader, in: message.span)
            record = (row, span)
            return span
        } catch {
            throw StoreError(error, at: nil)
        }
    }
}

/// The rows of spans or log records, group after group.
struct RecordRows {
    private var walk: GroupWalk
    private(set) var group: GroupRows?
    private var place = 0

    init(_ signal: Signal, _ filter: RowFilter, _ context: SQLContext) {
        walk = GroupWalk(signal, filter.records, context)
    }

    /// The row of the group.
    var row: Int { group?.found[place] ?? 0 }

    var rowID: Int64 { RowPlace.id(block: group?.place ?? 0, group: group?.group ?? 0, row: row) }

    mutating func next() throws(StoreError) -> Bool {
        place += 1
        if let group, place < group.found.count { return true }
        group = try walk.next()
        place = 0
        return group != nil
    }

    /// The value of one of the attributes that the statement names.
    func attribute(_ number: Int, _ result: SQLResult) throws(StoreError) {
        guard walk.context.attributes.indices.contains(number) else { return result.null() }
        try group?.attribute(number, walk.context.attributes[number], row, result)
    }
}

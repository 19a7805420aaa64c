import OTLP
import TelemetryStore

/// The table `logs`: a row a log record.
final class LogScan: TableScan {
    enum Column: Int, CaseIterable {
        case traceID, spanID, service, name, time, observedTime, severity, severityNumber, severityText, body, scope
        case attributes, resource, flags

        var definition: SQLColumn {
            switch self {
            case .traceID: .text("trace_id", .traceID)
            case .spanID: .text("span_id")
            case .service: .text("service", .service)
            case .name: .text("name", .name)
            case .time: .integer("time", .time)
            case .observedTime: .integer("observed_time")
            case .severity: .text("severity", .severity)
            case .severityNumber: .integer("severity_number", .severityNumber)
            case .severityText: .text("severity_text")
            case .body: .any("body")
            case .scope: .text("scope")
            case .attributes: .text("attributes")
            case .resource: .text("resource")
            case .flags: .integer("flags")
            }
        }
    }

    private var rows: RecordRows
    private var record: (row: Int, record: LogRecord)?

    init(_ filter: RowFilter, _ context: SQLContext) {
        rows = RecordRows(.logs, filter, context)
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
        case .traceID:
            let trace = try group.traceID(row)
            if trace.isZero { result.null() } else { result.text(trace.hex) }
        case .spanID:
            let span = try record(row, group).spanID
            if span.isZero { result.null() } else { result.text(span.hex) }
        case .service: group.origins.service(try group.value(.logOrigin, row), result)
        case .name: try group.text(.logEventName, row, result)
        case .time: result.time(try group.time(row))
        case .observedTime: result.time(try record(row, group).observedTimeUnixNano)
        case .severity: result.textIfAny(LogRecord.Severity(rawValue: try severity(row, group)).name)
        case .severityNumber: result.integer(Int(try severity(row, group)))
        case .severityText: try group.text(.logSeverityText, row, result)
        case .body: try group.body(row, result)
        case .scope: group.origins.scope(try group.value(.logOrigin, row), result)
        case .attributes: result.text(JSONWriter.plain(try record(row, group).attributes))
        case .resource: group.origins.resource(try group.value(.logOrigin, row), result)
        case .flags: result.integer(clamping: try group.value(.logFlags, row))
        }
    }

    private func severity(_ row: Int, _ group: GroupRows) throws(StoreError) -> Int32 {
        Int32(truncatingIfNeeded: Zigzag.decode(try group.value(.logSeverity, row)))
    }

    private func record(_ row: Int, _ group: GroupRows) throws(StoreError) -> LogRecord {
        if let record { return record.record }
        let message = try group.message(row)
        do throws(WireError) {
            var reader = LogRecordReader()
            _ = try reader.read(WireRange(start: 0, count: UInt32(message.count)), in: message.span)
            let decoded = try LogRecord(reader, in: message.span)
            record = (row, decoded)
            return decoded
        } catch {
            throw StoreError(error, at: nil)
        }
    }
}

public import OTLP

/// A log record in one line, for a list of logs from everywhere.
public enum LogLine {
    /// - Parameter isContext: it is shown for what stands around it.
    public static func line(
        _ record: LogRecord, service: String, _ options: ScreenOptions, isContext: Bool = false
    ) -> String {
        let time = record.occurredUnixNano
        let severity = record.severityNumber
        let role: Style.Role? =
            isContext ? .faint : severity >= .error ? .failed : severity >= .warn ? .warned : nil
        var line = StyledLine(options.clock.time(time) + " ", .faint)
        line.append(Cells.fit(LogText.severity(record), 6), role)
        line.append(VisibleText.visible(service) + " ", .service(service.utf8.reduce(0) { Int($0) + Int($1) }))
        line.append(LogText.line(record), isContext ? .faint : nil)
        if !record.traceID.isZero, options.width >= Limits.selfTimeWidthMin {
            // The id stays whole: it is what one goes on with.
            let id = "  " + record.traceID.hex.prefix(16)
            line = line.truncated(options.width - id.count)
            line.append(id, .faint)
        }
        return options.style.finish(line.truncated(options.width).rendered(options.style))
    }
}

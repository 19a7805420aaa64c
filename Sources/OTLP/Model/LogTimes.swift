/// The two times of a log record.
public protocol LogTimes {
    /// When it happened; 0 when nobody says.
    var timeUnixNano: UInt64 { get }
    /// When it was seen.
    var observedTimeUnixNano: UInt64 { get }
}

extension LogTimes {
    /// When it happened, as far as is known.
    ///
    /// Source: OpenTelemetry, logs data model, "Recipients of OpenTelemetry data that want one timestamp only".
    public var occurredUnixNano: UInt64 { timeUnixNano != 0 ? timeUnixNano : observedTimeUnixNano }
}

extension LogRecord: LogTimes {}
extension LogRecordReader: LogTimes {}
extension LogRecordHeadReader: LogTimes {}

extension Span.Kind {
    /// `server`, `client` …; a number that this version does not know as it is.
    public var name: String {
        switch self {
        case .unspecified: "unspecified"
        case .internal: "internal"
        case .server: "server"
        case .client: "client"
        case .producer: "producer"
        case .consumer: "consumer"
        default: String(rawValue)
        }
    }
}

extension Span.Status.Code {
    /// `unset`, `ok` or `error`; a number that this version does not know as it is.
    public var name: String {
        switch self {
        case .unset: "unset"
        case .ok: "ok"
        case .error: "error"
        default: String(rawValue)
        }
    }
}

extension LogRecord.Severity {
    /// The name of the range that the number lies in: `INFO` for 9 to 12; empty for an unspecified one.
    ///
    /// Source: OpenTelemetry specification 1.x, logs data model, `SeverityNumber`.
    public var name: String {
        switch rawValue {
        case 0: ""
        case 1...4: "TRACE"
        case 5...8: "DEBUG"
        case 9...12: "INFO"
        case 13...16: "WARN"
        case 17...20: "ERROR"
        case 21...24: "FATAL"
        default: String(rawValue)
        }
    }
}

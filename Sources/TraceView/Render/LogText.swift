import OTLP

/// A log record as one line: its message, then its attributes as key=value.
enum LogText {
    static func line(_ record: LogRecord) -> String {
        var text = record.body.map(plain) ?? record.eventName
        for attribute in record.attributes where !isCarried(attribute.key) {
            text += " \(attribute.key)=\(attribute.value.map(plain) ?? "")"
        }
        return VisibleText.visible(text)
    }

    /// What every line of a request carries, and the screen shows elsewhere.
    private static func isCarried(_ key: String) -> Bool {
        key == "request.id" || key.hasPrefix("code.") || key.hasPrefix("log.")
    }

    static func severity(_ record: LogRecord) -> String {
        switch record.severityNumber.rawValue {
        case 21...24: "FATAL"
        case 17...20: "ERROR"
        case 13...16: "WARN"
        case 9...12: "INFO"
        case 5...8: "DEBUG"
        case 1...4: "TRACE"
        default: record.severityText.isEmpty ? "LOG" : VisibleText.visible(record.severityText)
        }
    }

    /// A value as people write it; nested ones as JSON.
    static func plain(_ value: AttributeValue) -> String {
        switch value {
        case .empty: return ""
        case .string(let text): return text
        case .bool(let flag): return "\(flag)"
        case .int(let number): return "\(number)"
        case .double(let number): return "\(number)"
        case .bytes(let bytes): return "\(bytes.count) bytes"
        case .array(let elements): return "[" + elements.map(plain).joined(separator: ",") + "]"
        case .map(let entries):
            return "{" + entries.map { "\($0.key):\($0.value.map(plain) ?? "")" }.joined(separator: ",") + "}"
        }
    }
}

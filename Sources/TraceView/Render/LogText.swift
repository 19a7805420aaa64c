import OTLP

/// A log record as one line: its message, then its attributes as key=value.
enum LogText {
    static func line(_ record: LogRecord) -> String {
        var text = record.body.map(message) ?? record.eventName
        for attribute in record.attributes where !isCarried(attribute.key) {
            text += " \(attribute.key)=\(attribute.value.map(plain) ?? "")"
        }
        return VisibleText.visible(text)
    }

    /// The text of a body; of one that is a JSON object its message first, then what else it says.
    private static func message(_ body: AttributeValue) -> String {
        guard case .string(let text) = body, text.utf8.first == UInt8(ascii: "{"), let members = members(of: text),
            let message = members.first(where: { ["message", "msg", "event"].contains($0.key) })
        else { return plain(body) }
        return members.reduce(message.value) { text, member in
            member.key == message.key || isSaidElsewhere(member.key) ? text : text + " \(member.key)=\(member.value)"
        }
    }

    /// `nil` when the text is no JSON object.
    private static func members(of text: String) -> [(key: String, value: String)]? {
        var reader = JSONReader(Array(text.utf8))
        var members: [(String, String)] = []
        do throws(JSONError) {
            try reader.beginObject()
            while let key = try reader.nextKey() {
                let isText = try reader.nextKind() == .string
                members.append(
                    (key, isText ? try reader.string() : String(decoding: try reader.rawValue(), as: UTF8.self)))
            }
            try reader.end()
        } catch {
            return nil
        }
        return members
    }

    /// In front of the line, or above it.
    private static func isSaidElsewhere(_ key: String) -> Bool {
        let name = key.lowercased().filter { $0 != "_" && $0 != "-" && $0 != "." }
        return [
            "level", "severity", "timestamp", "time", "ts", "service", "servicename", "logger", "traceid", "spanid",
            "xraytraceid", "requestid", "functionrequestid", "awsrequestid", "coldstart", "functionname",
            "functionversion",
            "functionmemorysize", "functionarn", "location",
        ].contains(name)
    }

    /// What every line of a request carries, and the screen shows elsewhere.
    private static func isCarried(_ key: String) -> Bool {
        key == "request.id" || key.hasPrefix("code.") || key.hasPrefix("log.") || key.hasPrefix("telemetry.")
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

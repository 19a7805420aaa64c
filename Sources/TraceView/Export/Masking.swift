public import OTLP

/// Hides what should not be passed on: values under names like `authorization`, and what looks like a secret anywhere.
///
/// Text around a secret stays. What is hidden is a best effort, not a promise: look before you share.
public enum Masking {
    static let mask = "•••"

    public static func mask(_ traces: TracesData) -> TracesData {
        var masker = Masker()
        var traces = traces
        for group in traces.resourceSpans.indices {
            masker.mask(&traces.resourceSpans[group].resource)
            for scope in traces.resourceSpans[group].scopeSpans.indices {
                for index in traces.resourceSpans[group].scopeSpans[scope].spans.indices {
                    masker.mask(&traces.resourceSpans[group].scopeSpans[scope].spans[index])
                }
            }
        }
        return traces
    }

    public static func mask(_ logs: LogsData) -> LogsData {
        var masker = Masker()
        var logs = logs
        for group in logs.resourceLogs.indices {
            masker.mask(&logs.resourceLogs[group].resource)
            for scope in logs.resourceLogs[group].scopeLogs.indices {
                for index in logs.resourceLogs[group].scopeLogs[scope].logRecords.indices {
                    masker.mask(&logs.resourceLogs[group].scopeLogs[scope].logRecords[index])
                }
            }
        }
        return logs
    }

    /// By words of the name, whatever stands between them. Counts of tokens are no tokens.
    static func isSensitive(_ key: String) -> Bool {
        let name = key.lowercased().filter { $0.isLetter || $0.isNumber }
        if name.hasSuffix("tokens") || name.contains("tokencount") { return false }
        return sensitive.contains(where: name.contains)
    }

    private static let sensitive = [
        "password", "passwd", "secret", "authorization", "apikey", "accesskey", "privatekey", "cookie", "token",
        "credential", "sessionid", "creditcard", "cardnumber", "cvv", "iban", "email", "enduserid", "userid",
        "username",
        "userfullname", "useraddress", "phonenumber", "clientaddress", "netpeerip",
    ]

    /// Cost: O(n).
    static func text(_ text: String) -> String {
        guard text.utf8.count >= 6 else { return text }
        let secrets = SecretScanner(text).secrets
        guard !secrets.isEmpty else { return text }
        var result = ""
        var place = text.startIndex
        for secret in secrets {
            let start = text.utf8.index(text.startIndex, offsetBy: secret.lowerBound)
            if start > place { result += text[place..<start] }
            result += mask
            place = text.utf8.index(text.startIndex, offsetBy: secret.upperBound)
        }
        return result + text[place...]
    }
}

/// Masks records, and remembers which names were sensitive: records repeat them.
private struct Masker {
    private var sensitivity: [String: Bool] = [:]

    mutating func mask(_ span: inout Span) {
        span.name = Masking.text(span.name)
        span.attributes = attributes(span.attributes)
        if let message = span.status?.message { span.status?.message = Masking.text(message) }
        for index in span.events.indices { span.events[index].attributes = attributes(span.events[index].attributes) }
        for index in span.links.indices { span.links[index].attributes = attributes(span.links[index].attributes) }
    }

    mutating func mask(_ record: inout LogRecord) {
        record.body = record.body.map { value($0) }
        record.attributes = attributes(record.attributes)
    }

    mutating func mask(_ resource: inout Resource?) {
        if let attributes = resource?.attributes { resource?.attributes = self.attributes(attributes) }
    }

    private mutating func attributes(_ attributes: [Attribute]) -> [Attribute] {
        attributes.map { attribute in
            guard isSensitive(attribute.key) else {
                return Attribute(key: attribute.key, value: attribute.value.map { value($0) })
            }
            return Attribute(attribute.key, .string(Masking.mask))
        }
    }

    private mutating func value(_ value: AttributeValue) -> AttributeValue {
        switch value {
        case .string(let string): .string(Masking.text(string))
        case .array(let elements): .array(elements.map { self.value($0) })
        case .map(let entries): .map(attributes(entries))
        case .empty, .bool, .int, .double, .bytes: value
        }
    }

    private mutating func isSensitive(_ key: String) -> Bool {
        if let known = sensitivity[key] { return known }
        let isSensitive = Masking.isSensitive(key)
        if sensitivity.count < Limits.sensitiveNamesMax { sensitivity[key] = isSensitive }
        return isSensitive
    }
}

public import OTLP

/// Hides what should not be passed on: values under names like `authorization`, and what looks like a secret anywhere.
///
/// Text around a secret stays. What is hidden is a best effort, not a promise: look before you share.
public enum Masking {
    static let mask = "•••"

    public static func mask(_ traces: TracesData) -> TracesData {
        var traces = traces
        for group in traces.resourceSpans.indices {
            mask(&traces.resourceSpans[group].resource)
            for scope in traces.resourceSpans[group].scopeSpans.indices {
                for index in traces.resourceSpans[group].scopeSpans[scope].spans.indices {
                    mask(&traces.resourceSpans[group].scopeSpans[scope].spans[index])
                }
            }
        }
        return traces
    }

    public static func mask(_ logs: LogsData) -> LogsData {
        var logs = logs
        for group in logs.resourceLogs.indices {
            mask(&logs.resourceLogs[group].resource)
            for scope in logs.resourceLogs[group].scopeLogs.indices {
                for index in logs.resourceLogs[group].scopeLogs[scope].logRecords.indices {
                    let record = logs.resourceLogs[group].scopeLogs[scope].logRecords[index]
                    logs.resourceLogs[group].scopeLogs[scope].logRecords[index].body = record.body.map { value($0) }
                    logs.resourceLogs[group].scopeLogs[scope].logRecords[index].attributes = attributes(
                        record.attributes)
                }
            }
        }
        return logs
    }

    private static func mask(_ span: inout Span) {
        span.name = text(span.name)
        span.attributes = attributes(span.attributes)
        if let message = span.status?.message { span.status?.message = text(message) }
        for index in span.events.indices { span.events[index].attributes = attributes(span.events[index].attributes) }
        for index in span.links.indices { span.links[index].attributes = attributes(span.links[index].attributes) }
    }

    private static func mask(_ resource: inout Resource?) {
        if let attributes = resource?.attributes { resource?.attributes = self.attributes(attributes) }
    }

    private static func attributes(_ attributes: [Attribute]) -> [Attribute] {
        attributes.map { attribute in
            guard isSensitive(attribute.key) else {
                return Attribute(key: attribute.key, value: attribute.value.map { value($0) })
            }
            return Attribute(attribute.key, .string(mask))
        }
    }

    private static func value(_ value: AttributeValue) -> AttributeValue {
        switch value {
        case .string(let string): .string(text(string))
        case .array(let elements): .array(elements.map { self.value($0) })
        case .map(let entries): .map(attributes(entries))
        case .empty, .bool, .int, .double, .bytes: value
        }
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

    static func text(_ text: String) -> String {
        guard text.utf8.count >= 6 else { return text }
        var result = text
        for pattern in patterns { result = result.replacing(pattern, with: mask) }
        for pattern in introduced { result = result.replacing(pattern) { $0.output.1 + mask } }
        return result.replacing(digits) { match in
            isCardNumber(match.output) ? mask : String(match.output)
        }
    }

    nonisolated(unsafe) private static let patterns: [Regex<Substring>] = [
        /(?i)\b(?:bearer|basic)\s+[A-Za-z0-9._~+\/=-]{6,}/,
        /eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/,
        /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
        /\b(?:sk|pk|rk|ghp|gho|xox[abp])[-_][A-Za-z0-9_-]{10,}/,
        /[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}/,
    ]

    /// What stands in front of the secret, and the secret.
    nonisolated(unsafe) private static let introduced: [Regex<(Substring, Substring)>] = [
        /([?&](?:token|key|sig|signature|password|code|secret)=)[^&\s]+/,
        /(:\/\/)[^\/\s:@]+:[^\/\s@]+(?=@)/,
    ]

    nonisolated(unsafe) private static let digits = /\b\d(?:[ -]?\d){12,18}\b/

    /// Source: ISO/IEC 7812-1, annex B.
    private static func isCardNumber(_ text: Substring) -> Bool {
        let digits = text.compactMap(\.wholeNumberValue).reversed()
        let sum = digits.enumerated().reduce(0) { sum, digit in
            let doubled = digit.offset % 2 == 1 ? digit.element * 2 : digit.element
            return sum + (doubled > 9 ? doubled - 9 : doubled)
        }
        return sum % 10 == 0
    }
}

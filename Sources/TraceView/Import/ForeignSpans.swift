import OTLP

/// Collects spans of another format by the process that sent them.
struct ForeignSpans {
    private var places: [String: Int] = [:]
    private(set) var groups: [(resource: [Attribute], spans: [Span])] = []

    mutating func add(_ span: Span, process: String, resource: @autoclosure () -> [Attribute]) {
        let place = places[process] ?? groups.count
        if place == groups.count {
            places[process] = place
            groups.append((resource(), []))
        }
        groups[place].spans.append(span)
    }

    var traces: [ResourceSpans] {
        groups.map { group in
            ResourceSpans(
                resource: Resource(attributes: group.resource), scopeSpans: [ScopeSpans(spans: group.spans)])
        }
    }

    /// Ids of these formats may be shorter than OTLP's; zeros are put in front.
    static func traceID(_ text: String) -> TraceID? {
        guard !text.isEmpty, text.utf8.count <= 32 else { return nil }
        return TraceID(hex: String(repeating: "0", count: 32 - text.utf8.count) + text)
    }

    static func spanID(_ text: String) -> SpanID? {
        guard !text.isEmpty, text.utf8.count <= 16 else { return nil }
        return SpanID(hex: String(repeating: "0", count: 16 - text.utf8.count) + text)
    }

    static func kind(_ text: String) -> Span.Kind {
        switch text.lowercased() {
        case "internal": .internal
        case "server": .server
        case "client": .client
        case "producer": .producer
        case "consumer": .consumer
        default: .unspecified
        }
    }

    /// What the tags of these formats say about failure.
    static func status(_ attributes: [Attribute]) -> Span.Status? {
        if let code = attributes["otel.status_code"]?.string {
            let message = attributes["otel.status_description"]?.string ?? ""
            return Span.Status(code: code == "ERROR" ? .error : code == "OK" ? .ok : .unset, message: message)
        }
        switch attributes["error"] {
        case .bool(true), .string("true"), .string(""): return Span.Status(code: .error)
        case .string("false"): return nil
        case .string(let message): return Span.Status(code: .error, message: message)
        default: return nil
        }
    }
}

extension JSONReader {
    /// A number of microseconds, also as a string of digits, as nanoseconds.
    mutating func microseconds() throws(JSONError) -> UInt64 {
        let value: UInt64?
        switch try nextKind() {
        case .number:
            let number = try number()
            value = number.integer(UInt64.self) ?? number.double.map { UInt64(max(0, min($0, 1e16))) }
        case .string: value = UInt64(try string())
        default:
            try skip()
            value = nil
        }
        return (value ?? 0).multipliedReportingOverflow(by: 1_000).partialValue
    }

    /// A value that stands for an attribute, as it is.
    mutating func attributeValue() throws(JSONError) -> AttributeValue {
        switch try nextKind() {
        case .string: return .string(try string())
        case .bool: return .bool(try bool())
        case .number:
            let number = try number()
            return number.integer(Int64.self).map(AttributeValue.int) ?? .double(number.double ?? 0)
        case .null:
            try null()
            return .empty
        case .object, .array: return .string(String(decoding: try rawValue(), as: UTF8.self))
        }
    }

    /// The text of a string; anything else is read over.
    mutating func text() throws(JSONError) -> String {
        guard try nextKind() == .string else {
            try skip()
            return ""
        }
        return try string()
    }

    /// Calls `body` for each element of an array; anything else is read over.
    mutating func elements(_ body: (inout JSONReader) throws(JSONError) -> Void) throws(JSONError) {
        guard try nextKind() == .array else { return try skip() }
        try beginArray()
        while try nextElement() { try body(&self) }
    }

    /// Calls `body` for each member of an object; anything else is read over.
    mutating func members(_ body: (String, inout JSONReader) throws(JSONError) -> Void) throws(JSONError) {
        guard try nextKind() == .object else { return try skip() }
        try beginObject()
        while let key = try nextKey() { try body(key, &self) }
    }
}

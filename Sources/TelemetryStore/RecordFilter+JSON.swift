import OTLP

/// Questions and answers of a search, as the query API carries them.
///
/// Source: Documentation/Formats/query-api.md.
extension RecordFilter {
    func encode(into writer: inout JSONWriter) {
        if let time {
            writer.key("startTimeUnixNano")
            writer.value(quoting: time.lowerBound)
            writer.key("endTimeUnixNano")
            writer.value(quoting: time.upperBound)
        }
        if !services.isEmpty { writer.array("services") { for name in services.sorted() { $0.value(name) } } }
        switch name {
        case .equals(let text)?: writer.member("name", text)
        case .prefix(let text)?: writer.member("namePrefix", text)
        case nil: break
        }
        if let kind { writer.member("kind", kind.rawValue) }
        if let status { writer.member("status", status.rawValue) }
        if let severity { writer.member("severity", severity.rawValue) }
        if let duration {
            writer.key("minDurationNano")
            writer.value(quoting: duration.lowerBound)
            writer.key("maxDurationNano")
            writer.value(quoting: duration.upperBound)
        }
        writer.array("attributes") { writer in
            for condition in attributes { writer.object(condition.encode) }
        }
        if !phrases.isEmpty { writer.array("phrases") { for phrase in phrases { $0.value(phrase) } } }
        if !traces.isEmpty { writer.array("traceIds") { for trace in traces.sorted() { $0.value(trace.hex) } } }
    }

    /// Reads one member; `false` when it is none of a filter's.
    mutating func read(_ key: String, _ reader: inout JSONReader) throws(JSONError) -> Bool {
        switch key {
        case "startTimeUnixNano": time = try reader.nanoseconds()..<(time?.upperBound ?? .max)
        case "endTimeUnixNano":
            let end = try reader.nanoseconds()
            time = min(time?.lowerBound ?? 0, end)..<end
        case "services": services = Set(try reader.texts())
        case "name": name = .equals(try reader.string())
        case "namePrefix": name = .prefix(try reader.string())
        case "kind": kind = Span.Kind(rawValue: try reader.int32())
        case "status": status = Span.Status.Code(rawValue: try reader.int32())
        case "severity": severity = LogRecord.Severity(rawValue: try reader.int32())
        case "minDurationNano":
            let least = try reader.nanoseconds()
            duration = least...max(least, duration?.upperBound ?? .max)
        case "maxDurationNano":
            let most = try reader.nanoseconds()
            duration = min(duration?.lowerBound ?? 0, most)...most
        case "attributes":
            try reader.beginArray()
            while try reader.nextElement() {
                if let condition = try AttributeCondition(from: &reader) { attributes.append(condition) }
            }
        case "phrases": phrases = try reader.texts()
        case "traceIds": traces = Set(try reader.texts().compactMap { TraceID(hex: $0) })
        default: return false
        }
        return true
    }
}

extension AttributeCondition {
    fileprivate func encode(into writer: inout JSONWriter) {
        writer.member("key", key)
        switch test {
        case .exists: writer.member("test", "exists")
        case .isMissing: writer.member("test", "missing")
        case .equals(let text): member("equals", text, &writer)
        case .differs(let text): member("differs", text, &writer)
        case .prefix(let text): member("prefix", text, &writer)
        case .less(let number): member("less", "\(number)", &writer)
        case .atMost(let number): member("atMost", "\(number)", &writer)
        case .greater(let number): member("greater", "\(number)", &writer)
        case .atLeast(let number): member("atLeast", "\(number)", &writer)
        }
    }

    private func member(_ test: String, _ value: String, _ writer: inout JSONWriter) {
        writer.member("test", test)
        writer.member("value", value)
    }

    /// `nil` for a test that this version does not know.
    fileprivate init?(from reader: inout JSONReader) throws(JSONError) {
        var (key, test, value) = ("", "", "")
        try reader.beginObject()
        while let member = try reader.nextKey() {
            switch member {
            case "key": key = try reader.string()
            case "test": test = try reader.string()
            case "value": value = try reader.string()
            default: try reader.skip()
            }
        }
        let known: Test? =
            switch test {
            case "exists": .exists
            case "missing": .isMissing
            case "equals": .equals(value)
            case "differs": .differs(value)
            case "prefix": .prefix(value)
            case "less": Double(value).map { .less($0) }
            case "atMost": Double(value).map { .atMost($0) }
            case "greater": Double(value).map { .greater($0) }
            case "atLeast": Double(value).map { .atLeast($0) }
            default: nil
            }
        guard let known else {
            throw JSONError(.unknownName, at: 0, path: "attributes", "got an unknown test; must be exists, equals, …")
        }
        self.init(key, known)
    }
}

extension JSONReader {
    /// A number of nanoseconds, as text or number.
    mutating func nanoseconds() throws(JSONError) -> UInt64 {
        let value = try nextKind() == .string ? UInt64(try string()) : try number().integer(UInt64.self)
        guard let value else { throw JSONError(.outOfRange, at: 0, "got something else; must be nanoseconds") }
        return value
    }

    mutating func int32() throws(JSONError) -> Int32 {
        guard let value = try number().integer(Int32.self) else {
            throw JSONError(.outOfRange, at: 0, "got something else; must be an integer of 32 bits")
        }
        return value
    }

    mutating func texts() throws(JSONError) -> [String] {
        var texts: [String] = []
        try beginArray()
        while try nextElement() { texts.append(try string()) }
        return texts
    }
}

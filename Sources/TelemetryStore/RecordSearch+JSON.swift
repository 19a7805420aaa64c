public import OTLP

extension SpanSearch {
    public func json() -> [UInt8] { searchJSON(filter, limit, after) }

    public init(json bytes: [UInt8]) throws(JSONError) {
        let (filter, limit, after) = try readSearch(bytes)
        self.init(filter, limit: limit, after: after)
    }
}

extension LogSearch {
    public func json() -> [UInt8] { searchJSON(filter, limit, after) }

    public init(json bytes: [UInt8]) throws(JSONError) {
        let (filter, limit, after) = try readSearch(bytes)
        self.init(filter, limit: limit, after: after)
    }
}

/// `{filter…, "limit", "after"}`
private func searchJSON(_ filter: RecordFilter, _ limit: Int, _ after: SearchCursor?) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
        filter.encode(into: &writer)
        writer.member("limit", limit)
        if let after { writer.member("after", after.description) }
    }
    return writer.bytes
}

private func readSearch(_ bytes: [UInt8]) throws(JSONError) -> (RecordFilter, limit: Int, after: SearchCursor?) {
    var reader = JSONReader(bytes)
    var filter = RecordFilter()
    var limit = 100
    var after: SearchCursor?
    try reader.beginObject()
    while let key = try reader.nextKey() {
        switch key {
        case "limit": limit = min(max(1, Int(try reader.int32())), Limits.pageRecordsMax)
        case "after": after = SearchCursor(try reader.string())
        default: if try !filter.read(key, &reader) { try reader.skip() }
        }
    }
    try reader.end()
    return (filter, limit, after)
}

extension SearchPage<Span> {
    /// `{"traces": […], "next"}`: each record as an OTLP/JSON export of its own, in the order of the page.
    public func json() -> [UInt8] {
        pageJSON("traces", records, next) { found in
            let scope = ScopeSpans(scope: found.scope, spans: [found.record])
            return TracesData(resourceSpans: [ResourceSpans(resource: found.resource, scopeSpans: [scope])]).json()
        }
    }

    public init(json bytes: [UInt8]) throws(JSONError) {
        self.init()
        next = try readPage(bytes, "traces") { bytes throws(JSONError) in
            for group in try TracesData(json: bytes).resourceSpans {
                for scope in group.scopeSpans {
                    records += scope.spans.map { Found($0, resource: group.resource, scope: scope.scope) }
                }
            }
        }
    }
}

extension SearchPage<LogRecord> {
    /// `{"logs": […], "next"}`: each record as an OTLP/JSON export of its own, in the order of the page.
    public func json() -> [UInt8] {
        pageJSON("logs", records, next) { found in
            let scope = ScopeLogs(scope: found.scope, logRecords: [found.record])
            return LogsData(resourceLogs: [ResourceLogs(resource: found.resource, scopeLogs: [scope])]).json()
        }
    }

    public init(json bytes: [UInt8]) throws(JSONError) {
        self.init()
        next = try readPage(bytes, "logs") { bytes throws(JSONError) in
            for group in try LogsData(json: bytes).resourceLogs {
                for scope in group.scopeLogs {
                    records += scope.logRecords.map { Found($0, resource: group.resource, scope: scope.scope) }
                }
            }
        }
    }
}

private func pageJSON<Record>(
    _ key: String, _ records: [Found<Record>], _ next: SearchCursor?, _ encode: (Found<Record>) -> [UInt8]
) -> [UInt8] {
    var text = Array("{\"\(key)\":[".utf8)
    for (index, found) in records.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        text += encode(found)
    }
    text.append(UInt8(ascii: "]"))
    if let next { text += Array(",\"next\":\"\(next)\"".utf8) }
    text.append(UInt8(ascii: "}"))
    return text
}

private func readPage(
    _ bytes: [UInt8], _ name: String, _ take: ([UInt8]) throws(JSONError) -> Void
) throws(JSONError) -> SearchCursor? {
    var reader = JSONReader(bytes)
    var next: SearchCursor?
    try reader.beginObject()
    while let key = try reader.nextKey() {
        switch key {
        case name:
            try reader.beginArray()
            while try reader.nextElement() { try take(try reader.rawValue()) }
        case "next": next = SearchCursor(try reader.string())
        default: try reader.skip()
        }
    }
    try reader.end()
    return next
}

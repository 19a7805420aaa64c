public import OTLP

/// A lookup as the query API carries it.
///
/// Source: Documentation/Formats/query-api.md.
extension RequestLookup {
    /// `{"id", "key", "traceIds", "traces", "logs"}`, or `{"candidates"}`; nothing found is an empty object.
    public func json() -> [UInt8] {
        switch self {
        case .found(let request): request.json()
        case .notFound: Array("{}".utf8)
        case .ambiguous(let candidates): RequestLookup.json(of: candidates)
        }
    }

    /// Reads what `json()` wrote; members it does not know are skipped.
    public init(json bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes)
        var request = RequestRecords(id: "", key: .traceID, traceIDs: [], records: TraceRecords())
        var candidates: [Correlation]?
        var isFound = false
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "id":
                request.id = try reader.string()
                isFound = true
            case "key": request.key = CorrelationKey(rawValue: try reader.string())
            case "traceIds":
                try reader.beginArray()
                while try reader.nextElement() {
                    if let trace = TraceID(hex: try reader.string()) { request.traceIDs.append(trace) }
                }
            case "traces": request.records.traces = try TracesData(json: try reader.rawValue())
            case "logs": request.records.logs = try LogsData(json: try reader.rawValue())
            case "candidates": candidates = try RequestLookup.candidates(from: &reader)
            default: try reader.skip()
            }
        }
        try reader.end()
        if let candidates {
            self = .ambiguous(candidates)
        } else {
            self = isFound ? .found(request) : .notFound
        }
    }

    private static func json(of candidates: [Correlation]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("candidates") { writer in
                for candidate in candidates {
                    writer.object { writer in
                        writer.member("key", candidate.key.rawValue)
                        writer.member("value", candidate.value)
                        writer.member("traceId", candidate.traceID.hex)
                    }
                }
            }
        }
        return writer.bytes
    }

    private static func candidates(from reader: inout JSONReader) throws(JSONError) -> [Correlation] {
        var candidates: [Correlation] = []
        try reader.beginArray()
        while try reader.nextElement() {
            var candidate = Correlation(key: .traceID, value: "", traceID: .zero)
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "key": candidate.key = CorrelationKey(rawValue: try reader.string())
                case "value": candidate.value = try reader.string()
                case "traceId": candidate.traceID = TraceID(hex: try reader.string()) ?? .zero
                default: try reader.skip()
                }
            }
            candidates.append(candidate)
        }
        return candidates
    }
}

extension RequestRecords {
    fileprivate func json() -> [UInt8] {
        var head = JSONWriter()
        head.object { writer in
            writer.member("id", id)
            writer.member("key", key.rawValue)
            writer.array("traceIds") { writer in
                for trace in traceIDs { writer.value(trace.hex) }
            }
        }
        var text = Array(head.bytes.dropLast())
        text += Array(#","traces":"#.utf8) + records.traces.json()
        text += Array(#","logs":"#.utf8) + records.logs.json()
        text.append(UInt8(ascii: "}"))
        return text
    }
}

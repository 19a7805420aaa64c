extension Exemplar {
    init(from json: inout JSONReader, _ rejection: inout RecordRejection?) throws(JSONError) {
        self.init()
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "filteredAttributes": filteredAttributes = try json.attributes(&rejection)
            case "timeUnixNano": timeUnixNano = try json.integer()
            case "asDouble": value = .double(try json.double())
            case "asInt": value = .int(try json.integer())
            case "spanId": spanID = try json.spanID(.exemplarSpanID, &rejection)
            case "traceId": traceID = try json.traceID(.exemplarTraceID, &rejection)
            default: try json.skip()
            }
        }
    }

    func encode(into writer: inout JSONWriter) {
        writer.attributes("filteredAttributes", filteredAttributes)
        writer.int64("timeUnixNano", timeUnixNano)
        writer.number(value)
        writer.id("spanId", spanID)
        writer.id("traceId", traceID)
    }
}

extension JSONReader {
    mutating func exemplars(_ rejection: inout RecordRejection?) throws(JSONError) -> [Exemplar] {
        var exemplars: [Exemplar] = []
        try beginArray()
        while try nextElement() { exemplars.append(try Exemplar(from: &self, &rejection)) }
        return exemplars
    }
}

extension JSONWriter {
    mutating func exemplars(_ exemplars: [Exemplar]) {
        messages("exemplars", exemplars) { $0.encode(into: &$1) }
    }

    /// The `oneof` of a number: the member that is set, also when it is zero.
    mutating func number(_ value: NumberValue?) {
        switch value {
        case nil: break
        case .double(let value): member("asDouble", value)
        case .int(let value): alwaysInt64("asInt", value)
        }
    }
}

extension Span: JSONRecord {
    static var noun: StaticString { SpanReader.noun }
    var itemCount: Int { 1 }

    init(from json: inout JSONReader, _ rejection: inout RecordRejection?) throws(JSONError) {
        self.init(traceID: .zero, spanID: .zero, name: "", startTimeUnixNano: 0, endTimeUnixNano: 0)
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "traceId": traceID = try json.traceID(.traceID, &rejection)
            case "spanId": spanID = try json.spanID(.spanID, &rejection)
            case "traceState": traceState = try json.string()
            case "parentSpanId": parentSpanID = try json.spanID(.parentSpanID, &rejection)
            case "flags": flags = try json.integer()
            case "name": name = try json.string()
            case "kind": kind.rawValue = try json.enumeration("SPAN_KIND_", Kind.names)
            case "startTimeUnixNano": startTimeUnixNano = try json.integer()
            case "endTimeUnixNano": endTimeUnixNano = try json.integer()
            case "attributes": attributes = try json.attributes(&rejection)
            case "droppedAttributesCount": droppedAttributesCount = try json.integer()
            case "events":
                events = []
                try json.beginArray()
                while try json.nextElement() { events.append(try Event(from: &json, &rejection)) }
            case "droppedEventsCount": droppedEventsCount = try json.integer()
            case "links":
                links = []
                try json.beginArray()
                while try json.nextElement() { links.append(try Link(from: &json, &rejection)) }
            case "droppedLinksCount": droppedLinksCount = try json.integer()
            case "status": status = try Status(from: &json)
            default: try json.skip()
            }
        }
        if rejection == nil, traceID.isZero { rejection = .missingID(.traceID) }
        if rejection == nil, spanID.isZero { rejection = .missingID(.spanID) }
    }

    func encode(into writer: inout JSONWriter) {
        writer.id("traceId", traceID)
        writer.id("spanId", spanID)
        writer.string("traceState", traceState)
        writer.id("parentSpanId", parentSpanID)
        writer.int32("flags", flags)
        writer.string("name", name)
        writer.int32("kind", kind.rawValue)
        writer.int64("startTimeUnixNano", startTimeUnixNano)
        writer.int64("endTimeUnixNano", endTimeUnixNano)
        writer.attributes("attributes", attributes)
        writer.int32("droppedAttributesCount", droppedAttributesCount)
        writer.messages("events", events) { $0.encode(into: &$1) }
        writer.int32("droppedEventsCount", droppedEventsCount)
        writer.messages("links", links) { $0.encode(into: &$1) }
        writer.int32("droppedLinksCount", droppedLinksCount)
        if let status { writer.object("status", status.encode) }
    }
}

extension Span.Kind {
    /// By number, behind `SPAN_KIND_`.
    fileprivate static let names = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"]
}

extension Span.Status {
    init(from json: inout JSONReader) throws(JSONError) {
        self.init(code: .unset)
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "message": message = try json.string()
            case "code": code.rawValue = try json.enumeration("STATUS_CODE_", ["UNSET", "OK", "ERROR"])
            default: try json.skip()
            }
        }
    }

    func encode(into writer: inout JSONWriter) {
        writer.string("message", message)
        writer.int32("code", code.rawValue)
    }
}

extension Span.Event {
    init(from json: inout JSONReader, _ rejection: inout RecordRejection?) throws(JSONError) {
        self.init(timeUnixNano: 0, name: "")
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "timeUnixNano": timeUnixNano = try json.integer()
            case "name": name = try json.string()
            case "attributes": attributes = try json.attributes(&rejection)
            case "droppedAttributesCount": droppedAttributesCount = try json.integer()
            default: try json.skip()
            }
        }
    }

    func encode(into writer: inout JSONWriter) {
        writer.int64("timeUnixNano", timeUnixNano)
        writer.string("name", name)
        writer.attributes("attributes", attributes)
        writer.int32("droppedAttributesCount", droppedAttributesCount)
    }
}

extension Span.Link {
    init(from json: inout JSONReader, _ rejection: inout RecordRejection?) throws(JSONError) {
        self.init(traceID: .zero, spanID: .zero)
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "traceId": traceID = try json.traceID(.linkTraceID, &rejection)
            case "spanId": spanID = try json.spanID(.linkSpanID, &rejection)
            case "traceState": traceState = try json.string()
            case "attributes": attributes = try json.attributes(&rejection)
            case "droppedAttributesCount": droppedAttributesCount = try json.integer()
            case "flags": flags = try json.integer()
            default: try json.skip()
            }
        }
    }

    func encode(into writer: inout JSONWriter) {
        writer.id("traceId", traceID)
        writer.id("spanId", spanID)
        writer.string("traceState", traceState)
        writer.attributes("attributes", attributes)
        writer.int32("droppedAttributesCount", droppedAttributesCount)
        writer.int32("flags", flags)
    }
}

extension LogRecord: JSONRecord {
    static var noun: StaticString { LogRecordReader.noun }
    var itemCount: Int { 1 }

    init(from json: inout JSONReader, _ rejection: inout RecordRejection?) throws(JSONError) {
        self.init()
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "timeUnixNano": timeUnixNano = try json.integer()
            case "observedTimeUnixNano": observedTimeUnixNano = try json.integer()
            case "severityNumber":
                severityNumber.rawValue = try json.enumeration("SEVERITY_NUMBER_", Severity.names)
            case "severityText": severityText = try json.string()
            case "body": body = try AttributeValue(from: &json, &rejection)
            case "attributes": attributes = try json.attributes(&rejection)
            case "droppedAttributesCount": droppedAttributesCount = try json.integer()
            case "flags": flags = try json.integer()
            case "traceId": traceID = try json.traceID(.traceID, &rejection)
            case "spanId": spanID = try json.spanID(.spanID, &rejection)
            case "eventName": eventName = try json.string()
            default: try json.skip()
            }
        }
    }

    func encode(into writer: inout JSONWriter) {
        writer.int64("timeUnixNano", timeUnixNano)
        writer.int64("observedTimeUnixNano", observedTimeUnixNano)
        writer.int32("severityNumber", severityNumber.rawValue)
        writer.string("severityText", severityText)
        if let body { writer.object("body", body.encode) }
        writer.attributes("attributes", attributes)
        writer.int32("droppedAttributesCount", droppedAttributesCount)
        writer.int32("flags", flags)
        writer.id("traceId", traceID)
        writer.id("spanId", spanID)
        writer.string("eventName", eventName)
    }
}

extension LogRecord.Severity {
    /// By number, behind `SEVERITY_NUMBER_`: each level has four steps, the first without a figure.
    fileprivate static let names =
        ["UNSPECIFIED"]
        + ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"].flatMap { [$0, $0 + "2", $0 + "3", $0 + "4"] }
}

import OTLP

/// Reads Zipkin's spans.
///
/// Shape:  client and server may share one span id (`shared`); the server's side gets an id of its own here, under the
///         client's, and what the server's service did under that id moves along.
/// Source: Zipkin API v2, `ListOfSpans`.
enum ZipkinReader {
    static func read(_ bytes: [UInt8], into file: inout TraceFile) throws(JSONError) {
        file.format = .zipkin
        var reader = JSONReader(bytes)
        var spans: [ZipkinSpan] = []
        var rejectedCount = 0
        func take(_ reader: inout JSONReader) throws(JSONError) {
            // The API answers lists of lists.
            if try reader.nextKind() == .array {
                try reader.elements { element throws(JSONError) in try take(&element) }
            } else if let span = try ZipkinSpan(&reader) {
                spans.append(span)
            } else {
                rejectedCount += 1
            }
        }
        try take(&reader)
        try reader.end()
        file.traces.resourceSpans += separate(spans).traces
        for _ in 0..<rejectedCount { file.rejections.add(.missingID(.spanID), of: "span", at: 0) }
    }

    private struct Key: Hashable {
        var traceID: TraceID
        var spanID: SpanID
        var service: String
    }

    private static func separate(_ spans: [ZipkinSpan]) -> ForeignSpans {
        var moved: [Key: SpanID] = [:]
        for span in spans where span.isShared {
            let key = Key(traceID: span.span.traceID, spanID: span.span.spanID, service: span.service)
            moved[key] = SpanID(span.span.spanID.value ^ 0x5345_5256_4552_0000)
        }
        var result = ForeignSpans()
        for var span in spans {
            var key = Key(traceID: span.span.traceID, spanID: span.span.spanID, service: span.service)
            if span.isShared, let own = moved[key] {
                span.span.parentSpanID = span.span.spanID
                span.span.spanID = own
            } else {
                key.spanID = span.span.parentSpanID
                if let server = moved[key] { span.span.parentSpanID = server }
            }
            result.add(span.span, process: span.service + "\n" + span.address, resource: span.resource)
        }
        return result
    }
}

/// One span as Zipkin has it.
private struct ZipkinSpan {
    var span = Span(traceID: .zero, spanID: .zero, name: "", startTimeUnixNano: 0, endTimeUnixNano: 0)
    var service = ""
    var address = ""
    var isShared = false

    var resource: [Attribute] {
        var attributes = [Attribute("service.name", .string(service.isEmpty ? "unknown_service" : service))]
        if !address.isEmpty { attributes.append(Attribute("host.id", .string(address))) }
        return attributes
    }

    /// `nil` for a span without ids.
    init?(_ reader: inout JSONReader) throws(JSONError) {
        var read = ZipkinSpan()
        var duration: UInt64 = 0
        try reader.members { key, reader throws(JSONError) in
            switch key {
            case "traceId": read.span.traceID = ForeignSpans.traceID(try reader.text()) ?? .zero
            case "id": read.span.spanID = ForeignSpans.spanID(try reader.text()) ?? .zero
            case "parentId": read.span.parentSpanID = ForeignSpans.spanID(try reader.text()) ?? .zero
            case "name": read.span.name = try reader.text()
            case "kind": read.span.kind = ForeignSpans.kind(try reader.text())
            case "timestamp": read.span.startTimeUnixNano = try reader.microseconds()
            case "duration": duration = try reader.microseconds()
            case "shared": read.isShared = try reader.nextKind() == .bool ? try reader.bool() : false
            case "localEndpoint": try read.readEndpoint(&reader)
            case "remoteEndpoint":
                var remote = ZipkinSpan()
                try remote.readEndpoint(&reader)
                if !remote.service.isEmpty {
                    read.span.attributes.append(Attribute("peer.service", .string(remote.service)))
                }
            case "annotations": try read.readAnnotations(&reader)
            case "tags":
                try reader.members { key, reader throws(JSONError) in
                    read.span.attributes.append(Attribute(key, ZipkinSpan.value(key, try reader.attributeValue())))
                }
            default: try reader.skip()
            }
        }
        guard !read.span.traceID.isZero, !read.span.spanID.isZero else { return nil }
        read.span.endTimeUnixNano = read.span.startTimeUnixNano &+ duration
        read.span.status = ForeignSpans.status(read.span.attributes)
        self = read
    }

    private init() {}

    private mutating func readEndpoint(_ reader: inout JSONReader) throws(JSONError) {
        var (name, address) = ("", "")
        try reader.members { key, reader throws(JSONError) in
            switch key {
            case "serviceName": name = try reader.text()
            case "ipv4", "ipv6": address = try reader.text()
            default: try reader.skip()
            }
        }
        (service, self.address) = (name, address)
    }

    private mutating func readAnnotations(_ reader: inout JSONReader) throws(JSONError) {
        var events: [Span.Event] = []
        try reader.elements { element throws(JSONError) in
            var event = Span.Event(timeUnixNano: 0, name: "")
            try element.members { key, reader throws(JSONError) in
                switch key {
                case "timestamp": event.timeUnixNano = try reader.microseconds()
                case "value": event.name = try reader.text()
                default: try reader.skip()
                }
            }
            events.append(event)
        }
        span.events = events
    }

    /// Tags are text only; the status of HTTP is a number everywhere else.
    private static func value(_ key: String, _ value: AttributeValue) -> AttributeValue {
        guard key == "http.status_code" || key == "http.response.status_code", let text = value.string,
            let number = Int64(text)
        else { return value }
        return .int(number)
    }
}

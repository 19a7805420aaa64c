import OTLP

/// Reads what Jaeger's UI saves and its query API answers.
///
/// Source: Jaeger 1.x, model/json; tags with `otel.` names as OpenTelemetry's Jaeger exporters wrote them.
enum JaegerReader {
    static func read(_ bytes: [UInt8], into file: inout TraceFile) throws(JSONError) {
        file.format = .jaeger
        var reader = JSONReader(bytes)
        var traces: [Trace] = []
        if try reader.nextKind() == .array {
            try reader.elements { element throws(JSONError) in traces.append(try trace(&element)) }
        } else {
            var whole = Trace()
            try reader.beginObject()
            while let key = try reader.nextKey() {
                if key == "data" {
                    try reader.elements { element throws(JSONError) in traces.append(try trace(&element)) }
                } else {
                    try member(key, &reader, of: &whole)
                }
            }
            traces.append(whole)
        }
        try reader.end()
        for trace in traces { file.take(trace) }
    }

    fileprivate struct Trace {
        var spans: [(span: Span, process: String, ownProcess: [Attribute]?)] = []
        var processes: [String: [Attribute]] = [:]
        var rejectedCount = 0
    }

    private static func trace(_ reader: inout JSONReader) throws(JSONError) -> Trace {
        var trace = Trace()
        try reader.members { key, reader throws(JSONError) in try member(key, &reader, of: &trace) }
        return trace
    }

    private static func member(_ key: String, _ reader: inout JSONReader, of trace: inout Trace) throws(JSONError) {
        switch key {
        case "spans":
            try reader.elements { element throws(JSONError) in try span(&element, of: &trace) }
        case "processes":
            try reader.members { id, reader throws(JSONError) in trace.processes[id] = try process(&reader) }
        default: try reader.skip()
        }
    }

    private static func process(_ reader: inout JSONReader) throws(JSONError) -> [Attribute] {
        var attributes: [Attribute] = []
        try reader.members { key, reader throws(JSONError) in
            switch key {
            case "serviceName": attributes.insert(Attribute("service.name", .string(try reader.text())), at: 0)
            case "tags": attributes += try tags(&reader)
            default: try reader.skip()
            }
        }
        // Jaeger's clients said hostname; the rest of the world says host.name.
        if let host = attributes["hostname"], attributes["host.name"] == nil {
            attributes.append(Attribute("host.name", host))
        }
        return attributes
    }

    private static func tags(_ reader: inout JSONReader) throws(JSONError) -> [Attribute] {
        var attributes: [Attribute] = []
        try reader.elements { element throws(JSONError) in
            var tag = Attribute("", .empty)
            try element.members { key, reader throws(JSONError) in
                switch key {
                case "key": tag.key = try reader.text()
                case "value": tag.value = try reader.attributeValue()
                default: try reader.skip()
                }
            }
            attributes.append(tag)
        }
        return attributes
    }

    private static func span(_ reader: inout JSONReader, of trace: inout Trace) throws(JSONError) {
        var span = Span(traceID: .zero, spanID: .zero, name: "", startTimeUnixNano: 0, endTimeUnixNano: 0)
        var processID = ""
        var ownProcess: [Attribute]?
        var duration: UInt64 = 0
        try reader.members { key, reader throws(JSONError) in
            switch key {
            case "traceID": span.traceID = ForeignSpans.traceID(try reader.text()) ?? .zero
            case "spanID": span.spanID = ForeignSpans.spanID(try reader.text()) ?? .zero
            case "parentSpanID": span.parentSpanID = ForeignSpans.spanID(try reader.text()) ?? .zero
            case "operationName": span.name = try reader.text()
            case "startTime": span.startTimeUnixNano = try reader.microseconds()
            case "duration": duration = try reader.microseconds()
            case "tags": span.attributes = try tags(&reader)
            case "logs":
                try reader.elements { element throws(JSONError) in span.events.append(try event(&element)) }
            case "references":
                try reader.elements { element throws(JSONError) in try reference(&element, of: &span) }
            case "processID": processID = try reader.text()
            case "process": ownProcess = try process(&reader)
            default: try reader.skip()
            }
        }
        guard !span.traceID.isZero, !span.spanID.isZero else {
            trace.rejectedCount += 1
            return
        }
        span.endTimeUnixNano = span.startTimeUnixNano &+ duration
        span.kind = ForeignSpans.kind(span.attributes["span.kind"]?.string ?? "")
        span.status = ForeignSpans.status(span.attributes)
        span.attributes.removeAll { ["span.kind", "otel.status_code", "otel.status_description"].contains($0.key) }
        trace.spans.append((span, processID, ownProcess))
    }

    private static func event(_ reader: inout JSONReader) throws(JSONError) -> Span.Event {
        var event = Span.Event(timeUnixNano: 0, name: "")
        try reader.members { key, reader throws(JSONError) in
            switch key {
            case "timestamp": event.timeUnixNano = try reader.microseconds()
            case "fields": event.attributes = try tags(&reader)
            default: try reader.skip()
            }
        }
        if let name = event.attributes.firstIndex(where: { $0.key == "event" }) {
            event.name = event.attributes[name].value?.string ?? ""
            event.attributes.remove(at: name)
        }
        return event
    }

    /// A child of a span of its own trace; everything else is a link.
    private static func reference(_ reader: inout JSONReader, of span: inout Span) throws(JSONError) {
        var link = Span.Link(traceID: .zero, spanID: .zero)
        var isParent = false
        try reader.members { key, reader throws(JSONError) in
            switch key {
            case "refType": isParent = try reader.text() == "CHILD_OF"
            case "traceID": link.traceID = ForeignSpans.traceID(try reader.text()) ?? .zero
            case "spanID": link.spanID = ForeignSpans.spanID(try reader.text()) ?? .zero
            default: try reader.skip()
            }
        }
        if isParent, link.traceID == span.traceID || span.traceID.isZero, span.parentSpanID.isZero {
            span.parentSpanID = link.spanID
        } else if !link.traceID.isZero {
            span.links.append(link)
        }
    }
}

extension TraceFile {
    fileprivate mutating func take(_ trace: JaegerReader.Trace) {
        var spans = ForeignSpans()
        for (index, entry) in trace.spans.enumerated() {
            let process = entry.ownProcess == nil ? entry.process : "own \(index)"
            spans.add(entry.span, process: process, resource: entry.ownProcess ?? trace.processes[entry.process] ?? [])
        }
        traces.resourceSpans += spans.traces
        for _ in 0..<trace.rejectedCount { rejections.add(.missingID(.spanID), of: "span", at: 0) }
    }
}

import OTLP
public import TraceAssembly

/// The story as one JSON object, stable for machines.
///
/// Source: Documentation/Formats/story-json.md.
public enum StoryJSON {
    public static func encode(_ story: Story, prices: PriceList = .builtIn) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("version", 1)
            writer.object("request") { writer in
                if let id = story.id { writer.member("id", id) }
                writer.array("traceIds") { writer in
                    for trace in story.traceIDs { writer.value(trace.hex) }
                }
            }
            writer.object("summary") { summary(story, prices, &$0) }
            writer.array("traces") { writer in
                for trace in story.traceIDs { self.trace(trace, story, &writer) }
            }
            writer.array("spans") { writer in
                for node in story.nodes { span(node, story, &writer) }
            }
            writer.array("logs") { writer in
                for node in story.nodes { for entry in node.logs { log(entry, &writer) } }
                for entry in story.strayLogs { log(entry, &writer) }
            }
            writer.array("problems") { writer in
                for problem in story.problems { self.problem(problem, story, &writer) }
            }
        }
        return writer.bytes
    }

    private static func summary(_ story: Story, _ prices: PriceList, _ writer: inout JSONWriter) {
        let spans = story.nodes.filter { $0.record != nil }
        writer.member("spanCount", spans.count)
        writer.member("logCount", story.nodes.reduce(story.strayLogs.count) { $0 + $1.logs.count })
        writer.member("errorCount", spans.filter(\.isError).count)
        writer.array("services") { writer in
            for service in Set(spans.map(\.service)).sorted() { writer.value(service) }
        }
        if let main = story.mainRoot, let root = story.nodes[main].span {
            writer.object("root") { ids(root, &$0) }
            writer.member("isError", story.nodes[main].isError)
            writer.key("durationNano")
            writer.value(quoting: story.nodes[main].durationNanoseconds)
        }
        if let cause = story.rootCause, let span = story.nodes[cause].span {
            writer.object("rootCause") { ids(span, &$0) }
        }
        writer.member("outcome", outcome(story.outcome))
        writer.member("isComplete", story.isComplete)
        if let arrival = story.arrival {
            writer.object("arrival") { writer in
                writer.member("begunSpans", arrival.begunSpans)
                writer.member("arrivedSpans", arrival.arrivedSpans)
                writer.member("begunLogs", arrival.begunLogs)
                writer.member("arrivedLogs", arrival.arrivedLogs)
            }
        }
        path("criticalPath", story.criticalPath, story, &writer)
        path("completionPath", story.completionPath, story, &writer)
        let cost = StoryCost(of: story, prices: prices)
        writer.object("cost") { writer in
            writer.member("dollars", cost.total)
            writer.member("pricesAsOf", cost.asOf)
            writer.member("unknownCount", cost.unknownCount)
            writer.member("inputTokens", cost.inputTokens)
            writer.member("outputTokens", cost.outputTokens)
        }
        writer.array("invocations") { writer in
            for entry in story.invocations { invocation(entry, cost, story, &writer) }
        }
        writer.array("clockCorrections") { writer in
            for correction in story.clockCorrections {
                writer.object { writer in
                    writer.member("name", correction.name)
                    writer.key("offsetNano")
                    writer.value(quoting: correction.offsetNanoseconds)
                    writer.member("pairCount", correction.pairCount)
                }
            }
        }
    }

    private static func path(
        _ key: String, _ path: [Story.PathSegment], _ story: Story, _ writer: inout JSONWriter
    ) {
        writer.array(key) { writer in
            for segment in path {
                guard let span = story.nodes[segment.node].span else { continue }
                writer.object { writer in
                    ids(span, &writer)
                    switch segment.kind {
                    case .work: break
                    case .coldStart: writer.member("kind", "cold_start")
                    case .waiting: writer.member("kind", "waiting")
                    }
                    time("startTimeUnixNano", segment.startTimeUnixNano, &writer)
                    time("endTimeUnixNano", segment.endTimeUnixNano, &writer)
                }
            }
        }
    }

    private static func invocation(
        _ invocation: Story.Invocation, _ cost: StoryCost, _ story: Story, _ writer: inout JSONWriter
    ) {
        guard let span = story.nodes[invocation.node].span else { return }
        writer.object { writer in
            ids(span, &writer)
            writer.member("service", story.nodes[invocation.node].service)
            writer.member("isColdStart", invocation.isColdStart)
            if let duration = invocation.initNanoseconds { time("initDurationNano", duration, &writer) }
            if let duration = invocation.billedNanoseconds { time("billedDurationNano", duration, &writer) }
            if let bytes = invocation.memoryLimitBytes { time("memoryLimitBytes", bytes, &writer) }
            if let bytes = invocation.memoryUsedBytes { time("memoryUsedBytes", bytes, &writer) }
            if let dollars = cost.ofNode[invocation.node] { writer.member("dollars", dollars) }
        }
    }

    private static func outcome(_ outcome: Story.Outcome) -> String {
        switch outcome {
        case .unknown: "unknown"
        case .running: "running"
        case .succeeded: "succeeded"
        case .recovered: "recovered"
        case .failed: "failed"
        case .failedLater: "failed_later"
        }
    }

    private static func trace(_ trace: TraceID, _ story: Story, _ writer: inout JSONWriter) {
        let spans = story.nodes.filter { $0.span?.traceID == trace }
        writer.object { writer in
            writer.member("traceId", trace.hex)
            writer.member("spanCount", spans.count)
            guard let start = spans.map(\.startTimeUnixNano).min(), let end = spans.map(\.endTimeUnixNano).max()
            else { return }
            time("startTimeUnixNano", start, &writer)
            time("endTimeUnixNano", end, &writer)
        }
    }

    private static func span(_ node: Story.Node, _ story: Story, _ writer: inout JSONWriter) {
        guard let span = node.span else { return }
        writer.object { writer in
            ids(span, &writer)
            if !span.parentSpanID.isZero { writer.member("parentSpanId", span.parentSpanID.hex) }
            if let parent = node.parent.flatMap({ story.nodes[$0].span }) {
                writer.object("storyParent") { ids(parent, &$0) }
            }
            writer.member("isAsynchronous", node.isAsynchronous)
            if node.clockOffsetNanoseconds != 0 {
                writer.key("clockOffsetNano")
                writer.value(quoting: node.clockOffsetNanoseconds)
            }
            if let attempt = node.attempt {
                writer.object("attempt") { writer in
                    writer.member("number", attempt.number)
                    writer.member("count", attempt.count)
                }
            }
            writer.member("service", node.service)
            writer.member("name", span.name)
            writer.member("kind", kind(span.kind))
            time("startTimeUnixNano", span.startTimeUnixNano, &writer)
            time("endTimeUnixNano", span.endTimeUnixNano, &writer)
            writer.object("status") { writer in
                writer.member("code", status(span.status))
                if let message = span.status?.message, !message.isEmpty { writer.member("message", message) }
            }
            attributes("attributes", span.attributes, &writer)
            writer.array("events") { writer in
                for event in span.events {
                    writer.object { writer in
                        time("timeUnixNano", event.timeUnixNano, &writer)
                        writer.member("name", event.name)
                        attributes("attributes", event.attributes, &writer)
                    }
                }
            }
            writer.array("links") { writer in
                for link in span.links {
                    writer.object { writer in
                        writer.member("traceId", link.traceID.hex)
                        writer.member("spanId", link.spanID.hex)
                        attributes("attributes", link.attributes, &writer)
                    }
                }
            }
        }
    }

    private static func log(_ log: Story.StoryLog, _ writer: inout JSONWriter) {
        writer.object { writer in
            time("timeUnixNano", log.timeUnixNano, &writer)
            if !log.record.traceID.isZero { writer.member("traceId", log.record.traceID.hex) }
            if !log.record.spanID.isZero { writer.member("spanId", log.record.spanID.hex) }
            writer.member("service", log.service)
            writer.member("severityNumber", log.record.severityNumber.rawValue)
            if !log.record.severityText.isEmpty { writer.member("severityText", log.record.severityText) }
            if let body = log.record.body {
                writer.key("body")
                value(body, &writer)
            }
            attributes("attributes", log.record.attributes, &writer)
        }
    }

    private static func problem(_ problem: Story.Problem, _ story: Story, _ writer: inout JSONWriter) {
        writer.object { writer in
            switch problem {
            case .lostParent(let traceID, let spanID, let children):
                writer.member("kind", "missing_parent")
                writer.member("traceId", traceID.hex)
                writer.member("spanId", spanID.hex)
                writer.member("orphanCount", children)
            case .cycle(let node): located("cycle", node, story, &writer)
            case .duplicateSpanID(let node): located("duplicate_span_id", node, story, &writer)
            case .endBeforeStart(let node): located("end_before_start", node, story, &writer)
            case .silentFunction(let node, let name):
                located("silent_function", node, story, &writer)
                writer.member("name", name)
            }
        }
    }

    private static func located(_ kind: String, _ node: Int, _ story: Story, _ writer: inout JSONWriter) {
        writer.member("kind", kind)
        if let span = story.nodes[node].span { ids(span, &writer) }
    }

    private static func ids(_ span: Span, _ writer: inout JSONWriter) {
        writer.member("traceId", span.traceID.hex)
        writer.member("spanId", span.spanID.hex)
    }

    /// 64-bit numbers are strings, as in OTLP/JSON: readers that keep doubles would round them.
    private static func time(_ key: String, _ unixNano: UInt64, _ writer: inout JSONWriter) {
        writer.key(key)
        writer.value(quoting: unixNano)
    }

    /// Attributes as an object; of a repeated key the last counts, as with every JSON reader.
    private static func attributes(_ key: String, _ attributes: [Attribute], _ writer: inout JSONWriter) {
        writer.object(key) { writer in
            var last: [String: Int] = [:]
            for (index, attribute) in attributes.enumerated() { last[attribute.key] = index }
            for (index, attribute) in attributes.enumerated() where last[attribute.key] == index {
                writer.key(attribute.key)
                value(attribute.value ?? .empty, &writer)
            }
        }
    }

    private static func value(_ value: AttributeValue, _ writer: inout JSONWriter) {
        switch value {
        case .empty: writer.null()
        case .string(let text): writer.value(text)
        case .bool(let flag): writer.value(flag)
        case .int(let number): writer.value(number)
        case .double(let number): writer.value(number)
        case .bytes(let bytes): writer.value(base64: bytes)
        case .array(let elements):
            writer.array { writer in
                for element in elements { self.value(element, &writer) }
            }
        case .map(let entries):
            writer.object { writer in
                for entry in entries {
                    writer.key(entry.key)
                    self.value(entry.value ?? .empty, &writer)
                }
            }
        }
    }

    private static func kind(_ kind: Span.Kind) -> String {
        switch kind {
        case .unspecified: "unspecified"
        case .internal: "internal"
        case .server: "server"
        case .client: "client"
        case .producer: "producer"
        case .consumer: "consumer"
        default: "\(kind.rawValue)"
        }
    }

    private static func status(_ status: Span.Status?) -> String {
        switch status?.code {
        case nil, .unset: "unset"
        case .ok: "ok"
        case .error: "error"
        case let other?: "\(other.rawValue)"
        }
    }
}

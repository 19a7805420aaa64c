import OTLP
import TraceAssembly

/// The story as Jaeger's UI reads it: one trace, whatever it was made of; links are references.
///
/// Source: Jaeger 1.x, model/json.
enum JaegerExport {
    static func encode(_ story: Story) -> [UInt8] {
        var processes: [String: Int] = [:]
        var resources: [(service: String, resource: Resource?)] = []
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("data") { writer in
                for trace in story.traceIDs {
                    writer.object { writer in
                        writer.member("traceID", trace.hex)
                        writer.array("spans") { writer in
                            for node in story.nodes {
                                guard let record = node.record, record.span.traceID == trace else { continue }
                                let key = record.service + "\n" + FoldedExport.instance(record)
                                let process = processes[key] ?? resources.count
                                if process == resources.count {
                                    processes[key] = process
                                    resources.append((record.service, record.resource))
                                }
                                span(node, record.span, process, &writer)
                            }
                        }
                        writer.object("processes") { writer in
                            for (index, entry) in resources.enumerated() {
                                writer.object("p\(index)") { writer in
                                    writer.member("serviceName", entry.service)
                                    writer.array("tags") { writer in
                                        for attribute in entry.resource?.attributes ?? []
                                        where attribute.key != "service.name" { tag(attribute, &writer) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private static func span(_ node: Story.Node, _ span: Span, _ process: Int, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("traceID", span.traceID.hex)
            writer.member("spanID", span.spanID.hex)
            writer.member("operationName", span.name)
            writer.array("references") { writer in
                if !span.parentSpanID.isZero { reference("CHILD_OF", span.traceID, span.parentSpanID, &writer) }
                for link in span.links { reference("FOLLOWS_FROM", link.traceID, link.spanID, &writer) }
            }
            writer.member("startTime", node.startTimeUnixNano / 1_000)
            writer.member("duration", node.durationNanoseconds / 1_000)
            writer.array("tags") { writer in
                if let kind = kind(span.kind) { tag(Attribute("span.kind", .string(kind)), &writer) }
                if node.isError { tag(Attribute("error", true), &writer) }
                if let status = span.status, status.code != .unset {
                    tag(Attribute("otel.status_code", .string(status.code == .error ? "ERROR" : "OK")), &writer)
                    if !status.message.isEmpty {
                        tag(Attribute("otel.status_description", .string(status.message)), &writer)
                    }
                }
                for attribute in span.attributes { tag(attribute, &writer) }
            }
            writer.array("logs") { writer in
                for event in span.events { entry(event.timeUnixNano, event.name, event.attributes, &writer) }
                for log in node.logs {
                    let message = [
                        Attribute("level", .string(LogText.severity(log.record))),
                        Attribute("message", log.record.body ?? .empty),
                    ]
                    entry(log.timeUnixNano, "log", message + log.record.attributes, &writer)
                }
            }
            writer.member("processID", "p\(process)")
        }
    }

    private static func entry(_ time: UInt64, _ name: String, _ attributes: [Attribute], _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("timestamp", time / 1_000)
            writer.array("fields") { writer in
                tag(Attribute("event", .string(name)), &writer)
                for attribute in attributes { tag(attribute, &writer) }
            }
        }
    }

    private static func reference(_ kind: String, _ trace: TraceID, _ span: SpanID, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("refType", kind)
            writer.member("traceID", trace.hex)
            writer.member("spanID", span.hex)
        }
    }

    private static func tag(_ attribute: Attribute, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("key", attribute.key)
            switch attribute.value {
            case .bool(let flag)?:
                writer.member("type", "bool")
                writer.member("value", flag)
            case .int(let number)?:
                writer.member("type", "int64")
                writer.member("value", number)
            case .double(let number)?:
                writer.member("type", "float64")
                writer.member("value", number)
            case let other:
                writer.member("type", "string")
                writer.member("value", other.map(LogText.plain) ?? "")
            }
        }
    }

    static func kind(_ kind: Span.Kind) -> String? {
        switch kind {
        case .internal: "internal"
        case .server: "server"
        case .client: "client"
        case .producer: "producer"
        case .consumer: "consumer"
        default: nil
        }
    }
}

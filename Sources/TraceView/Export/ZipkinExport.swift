import OTLP
import TraceAssembly

/// The story as Zipkin reads it. Attributes are tags, events and logs are annotations.
///
/// Source: Zipkin API v2, `ListOfSpans`; OpenTelemetry specification, "OpenTelemetry to Zipkin Transformation".
enum ZipkinExport {
    static func encode(_ story: Story) -> [UInt8] {
        var writer = JSONWriter()
        writer.array { writer in
            for node in story.nodes {
                guard let record = node.record else { continue }
                span(node, record, &writer)
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private static func span(_ node: Story.Node, _ record: Story.SpanRecord, _ writer: inout JSONWriter) {
        let span = record.span
        writer.object { writer in
            writer.member("traceId", span.traceID.hex)
            writer.member("id", span.spanID.hex)
            if !span.parentSpanID.isZero { writer.member("parentId", span.parentSpanID.hex) }
            writer.member("name", span.name)
            if let kind = JaegerExport.kind(span.kind), kind != "internal" {
                writer.member("kind", kind.uppercased())
            }
            writer.member("timestamp", node.startTimeUnixNano / 1_000)
            writer.member("duration", max(1, node.durationNanoseconds / 1_000))
            writer.object("localEndpoint") { $0.member("serviceName", record.service) }
            writer.array("annotations") { writer in
                for event in span.events { annotation(event.timeUnixNano, event.name, &writer) }
                for log in node.logs {
                    annotation(
                        log.timeUnixNano, LogText.severity(log.record) + " " + LogText.line(log.record), &writer)
                }
            }
            writer.object("tags") { writer in
                var seen: Set<String> = []
                if node.isError {
                    writer.member("error", span.status?.message ?? "")
                    seen.insert("error")
                }
                for attribute in span.attributes where seen.insert(attribute.key).inserted {
                    writer.member(attribute.key, attribute.value.map(LogText.plain) ?? "")
                }
            }
        }
    }

    private static func annotation(_ time: UInt64, _ text: String, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("timestamp", time / 1_000)
            writer.member("value", text)
        }
    }
}

import OTLP
public import TraceAssembly

/// How a request differs from another, as one JSON object.
///
/// Source: Documentation/Formats/tables-json.md.
public enum DifferenceJSON {
    public static func encode(_ difference: StoryDifference, showsAll: Bool = false) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("version", 1)
            writer.object("before") { request(difference.before, &$0) }
            writer.object("after") { request(difference.after, &$0) }
            writer.array("spans") { writer in
                for entry in difference.entries where showsAll || difference.isTelling(entry) {
                    writer.object { span(entry, of: difference, &$0) }
                }
            }
        }
        return writer.bytes
    }

    private static func request(_ story: Story, _ writer: inout JSONWriter) {
        if let id = story.id { writer.member("id", id) }
        writer.array("traceIds") { writer in for trace in story.traceIDs { writer.value(trace.hex) } }
        writer.member("hasFailed", story.hasFailed)
        writer.member("spanCount", story.nodes.count { $0.record != nil })
        guard let main = story.mainRoot else { return }
        writer.key("startTimeUnixNano")
        writer.value(quoting: story.nodes[main].startTimeUnixNano)
        writer.key("durationNano")
        writer.value(quoting: story.nodes[main].durationNanoseconds)
    }

    private static func span(
        _ entry: StoryDifference.Entry, of difference: StoryDifference, _ writer: inout JSONWriter
    ) {
        let change =
            switch entry.change {
            case .new: "new"
            case .gone: "gone"
            case .both: difference.isTelling(entry) ? "changed" : "same"
            }
        writer.member("change", change)
        writer.member("depth", entry.depth)
        let story = entry.after == nil ? difference.before : difference.after
        if let node = entry.after ?? entry.before, let record = story.nodes[node].record {
            writer.member("service", record.service)
            writer.member("name", record.span.name)
        }
        if let node = entry.before { writer.object("before") { side(difference.before.nodes[node], &$0) } }
        if let node = entry.after { writer.object("after") { side(difference.after.nodes[node], &$0) } }
        if let growth = difference.growth(of: entry) {
            writer.key("ownTimeChangeNano")
            writer.value(quoting: growth)
        }
    }

    private static func side(_ node: Story.Node, _ writer: inout JSONWriter) {
        if let span = node.span {
            writer.member("traceId", span.traceID.hex)
            writer.member("spanId", span.spanID.hex)
        }
        writer.member("isError", node.isError)
        writer.key("durationNano")
        writer.value(quoting: node.durationNanoseconds)
        writer.key("ownTimeNano")
        writer.value(quoting: node.selfTimeNanoseconds)
    }
}

import OTLP
import TraceAssembly

/// One line for each different stack: its frames from the root, and its self time in microseconds.
///
/// Source: Brendan Gregg, FlameGraph, `stackcollapse`.
enum FoldedExport {
    static func encode(_ story: Story) -> [UInt8] {
        var stacks: [Int: String] = [:]
        var sums: [String: UInt64] = [:]
        for node in StoryMeasures(story).order {
            let own = frame(story, node)
            let stack = story.nodes[node].parent.flatMap { stacks[$0] }.map { $0 + ";" + own } ?? own
            // A deep chain would repeat itself in every line.
            stacks[node] = story.nodes[node].depth < Limits.stackDepthMax ? stack : own
            sums[stack, default: 0] += story.nodes[node].selfTimeNanoseconds / 1_000
        }
        let lines = sums.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }
        return Array(lines.joined().utf8)
    }

    /// What separates frames and lines cannot be in a name.
    private static func frame(_ story: Story, _ node: Int) -> String {
        SpanText(story: story).full(node).replacing(";", with: ",")
    }

    /// The execution environment of a span.
    static func instance(_ record: Story.SpanRecord) -> String {
        let attributes = record.resource?.attributes
        return attributes?["faas.instance"]?.string ?? attributes?["service.instance.id"]?.string ?? ""
    }
}

import OTLP
import TraceAssembly

/// The calls between services as a Mermaid sequence diagram, in order of time.
///
/// Bounds: the first `Limits.messagesMax` calls; what is left out is a note. Every character that means something to Mermaid is
///         written as an entity.
/// Source: Mermaid 11, "Sequence diagrams".
enum MermaidExport {
    static func encode(_ story: Story) -> [UInt8] {
        var services: [String] = []
        var calls: [(from: String?, to: String, node: Int)] = []
        for node in StoryMeasures(story).order {
            guard let record = story.nodes[node].record else { continue }
            if !services.contains(record.service) { services.append(record.service) }
            let parent = story.nodes[node].parent.flatMap { story.nodes[$0].record?.service }
            if parent != record.service { calls.append((parent, record.service, node)) }
        }
        let silent = story.silentFunctions.sorted { $0.key < $1.key }.flatMap { node, names in names.map { (node, $0) }
        }
        .prefix(Limits.messagesMax)
        for (_, name) in silent where !services.contains(name) { services.append(name) }
        var lines = ["sequenceDiagram"]
        lines.append("    participant caller")
        for (index, service) in services.enumerated() {
            lines.append("    participant s\(index) as \(escaped(service))")
        }
        func name(_ service: String?) -> String {
            service.flatMap(services.firstIndex).map { "s\($0)" } ?? "caller"
        }
        var events: [(time: UInt64, order: Int, line: String)] = []
        for (order, call) in calls.prefix(Limits.messagesMax).enumerated() {
            let node = story.nodes[call.node]
            let text = escaped(SpanText(story: story).name(call.node))
            let arrow = node.isAsynchronous ? "-)" : "->>"
            events.append((node.startTimeUnixNano, order, "    \(name(call.from))\(arrow)\(name(call.to)): \(text)"))
            guard !node.isAsynchronous else { continue }
            let back = node.isError ? "--x" : "-->>"
            let time = escaped(Units.duration(node.durationNanoseconds))
            // Answers come back in the reverse order of the calls.
            events.append(
                (node.endTimeUnixNano, .max - order, "    \(name(call.to))\(back)\(name(call.from)): \(time)"))
        }
        for (node, function) in silent {
            let from = name(story.nodes[node].service)
            events.append((story.nodes[node].startTimeUnixNano, node, "    \(from)--x\(name(function)): sent nothing"))
        }
        events.sort { ($0.time, $0.order) < ($1.time, $1.order) }
        lines += events.map(\.line)
        if calls.count > Limits.messagesMax {
            lines.append("    Note over caller: \(calls.count - Limits.messagesMax) more calls")
        }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in VisibleText.visible(text).unicodeScalars {
            let isPlain =
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || " /._-".unicodeScalars.contains(scalar)
            if isPlain { result.unicodeScalars.append(scalar) } else { result += "#\(scalar.value);" }
        }
        // A word of Mermaid's own would end the diagram.
        return result.isEmpty ? "-" : result == "end" ? "#101;nd" : result
    }
}

import OTLP
import TraceAssembly

/// The story as Chrome's trace viewer and Perfetto read it: a process for each service, a thread for each lane of spans that
/// nest, an arrow for each call between services.
///
/// Units:  microseconds after the start of the story, which `otherData` names: a double holds no nanoseconds since 1970.
/// Source: Trace Event Format.
enum PerfettoExport {
    static func encode(_ story: Story) -> [UInt8] {
        let lanes = Lanes(story)
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("displayTimeUnit", "ms")
            writer.object("otherData") { writer in
                writer.key("startTimeUnixNano")
                writer.value(quoting: lanes.start)
                if let id = story.id { writer.member("request", id) }
            }
            writer.array("traceEvents") { writer in
                for (service, process) in lanes.processes.sorted(by: { $0.value < $1.value }) {
                    writer.object { writer in
                        writer.member("ph", "M")
                        writer.member("name", "process_name")
                        writer.member("pid", process)
                        writer.object("args") { $0.member("name", service) }
                    }
                }
                for node in story.nodes.indices where story.nodes[node].record != nil {
                    span(node, story, lanes, &writer)
                    arrow(node, story, lanes, &writer)
                }
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private static func span(_ node: Int, _ story: Story, _ lanes: Lanes, _ writer: inout JSONWriter) {
        guard let record = story.nodes[node].record else { return }
        writer.object { writer in
            writer.member("ph", "X")
            writer.member("name", record.span.name)
            writer.member("cat", story.nodes[node].isError ? "error" : "span")
            place(node, story.nodes[node].startTimeUnixNano, lanes, &writer)
            writer.member("dur", Double(story.nodes[node].durationNanoseconds) / 1_000)
            writer.object("args") { writer in
                writer.member("span_id", record.span.spanID.hex)
                if let message = record.span.status?.message, !message.isEmpty { writer.member("status", message) }
                var seen: Set<String> = ["span_id", "status"]
                for attribute in record.span.attributes where seen.insert(attribute.key).inserted {
                    writer.member(attribute.key, attribute.value.map(LogText.plain) ?? "")
                }
            }
        }
        for log in story.nodes[node].logs {
            writer.object { writer in
                writer.member("ph", "i")
                writer.member("s", "t")
                writer.member("name", LogText.severity(log.record) + " " + (log.record.body.map(LogText.plain) ?? ""))
                place(node, log.timeUnixNano, lanes, &writer)
            }
        }
    }

    private static func arrow(_ node: Int, _ story: Story, _ lanes: Lanes, _ writer: inout JSONWriter) {
        guard let parent = story.nodes[node].parent, story.nodes[parent].record != nil,
            story.nodes[parent].service != story.nodes[node].service
        else { return }
        let start = story.nodes[node].startTimeUnixNano
        let sent = min(max(story.nodes[parent].startTimeUnixNano, 1), start)
        for (phase, place, time) in [("s", parent, sent), ("f", node, start)] {
            writer.object { writer in
                writer.member("ph", phase)
                writer.member("name", story.nodes[node].isAsynchronous ? "message" : "call")
                writer.member("id", node)
                if phase == "f" { writer.member("bp", "e") }
                self.place(place, time, lanes, &writer)
            }
        }
    }

    private static func place(_ node: Int, _ time: UInt64, _ lanes: Lanes, _ writer: inout JSONWriter) {
        writer.member("pid", lanes.process[node])
        writer.member("tid", lanes.lane[node])
        writer.member("ts", Double(time > lanes.start ? time - lanes.start : 0) / 1_000)
    }

    /// Slices of one thread have to nest: a span that overlaps another of its service without lying in it moves on.
    private struct Lanes {
        var processes: [String: Int] = [:]
        var process: [Int]
        var lane: [Int]
        var start: UInt64

        init(_ story: Story) {
            process = [Int](repeating: 0, count: story.nodes.count)
            lane = [Int](repeating: 0, count: story.nodes.count)
            start = story.nodes.lazy.filter { $0.startTimeUnixNano > 0 }.map(\.startTimeUnixNano).min() ?? 0
            var open: [Int: [[UInt64]]] = [:]
            let inOrder = story.nodes.indices.filter { story.nodes[$0].record != nil }.sorted { left, right in
                let (a, b) = (story.nodes[left].startTimeUnixNano, story.nodes[right].startTimeUnixNano)
                return a != b ? a < b : story.nodes[left].endTimeUnixNano > story.nodes[right].endTimeUnixNano
            }
            for node in inOrder {
                let service = story.nodes[node].service
                let number = processes[service] ?? processes.count + 1
                processes[service] = number
                process[node] = number
                let (from, to) = (story.nodes[node].startTimeUnixNano, story.nodes[node].endTimeUnixNano)
                var stacks = open[number] ?? []
                var place = 0
                while place < min(stacks.count, Limits.lanesMax) {
                    while let last = stacks[place].last, last <= from { stacks[place].removeLast() }
                    if stacks[place].last.map({ $0 >= to }) ?? true { break }
                    place += 1
                }
                if place >= stacks.count { stacks.append([]) }
                stacks[place].append(to)
                open[number] = stacks
                lane[node] = place + 1
            }
        }
    }
}

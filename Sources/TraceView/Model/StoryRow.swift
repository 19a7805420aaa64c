import OTLP
import TraceAssembly

/// One line below the axis: a span, a log line under it, or a word on what is not shown.
enum StoryRow {
    case node(Int)
    case log(Story.StoryLog, under: Int, repeats: Int)
    case folded(count: Int, depth: Int)
}

/// Decides which rows a story is told with.
///
/// Every span has a row until there are more than `Limits.rowsMax`; then the root, spans on the critical path, errors and
/// the ancestors of each stay, the longest of the rest fill up, and what is left out is counted where it stood.
struct StoryRows {
    let story: Story
    private let kept: Set<Int>?

    init(_ story: Story) {
        self.story = story
        kept = story.nodes.count <= Limits.rowsMax ? nil : StoryRows.worthKeeping(story)
    }

    /// In the order of the screen.
    func rows() -> [StoryRow] {
        var rows: [StoryRow] = []
        var stack: [Entry] = story.roots.reversed().map(Entry.node)
        while let entry = stack.popLast() {
            guard case .node(let node) = entry else {
                if case .folded(let count, let depth) = entry { rows.append(.folded(count: count, depth: depth)) }
                continue
            }
            rows.append(.node(node))
            rows += logRows(of: node)
            let children = story.nodes[node].children
            let shown = children.filter { kept?.contains($0) ?? true }
            let hidden = children.filter { !(kept?.contains($0) ?? true) }.reduce(0) { $0 + familySize($1) }
            if hidden > 0 { stack.append(.folded(count: hidden, depth: story.nodes[node].depth + 1)) }
            stack += shown.reversed().map(Entry.node)
        }
        return rows
    }

    private enum Entry {
        case node(Int)
        case folded(count: Int, depth: Int)
    }

    /// WARN and above always, INFO and above where the span failed; equal neighbours as one.
    private func logRows(of node: Int) -> [StoryRow] {
        let lowest = story.nodes[node].isError ? 9 : 13
        var rows: [StoryRow] = []
        for log in story.nodes[node].logs where log.record.severityNumber.rawValue >= Int32(lowest) {
            if case .log(let last, _, let repeats) = rows.last, last.record.body == log.record.body,
                last.record.severityNumber == log.record.severityNumber
            {
                rows[rows.count - 1] = .log(last, under: node, repeats: repeats + 1)
            } else if rows.count < Limits.logRowsPerSpanMax {
                rows.append(.log(log, under: node, repeats: 1))
            }
        }
        return rows
    }

    private func familySize(_ node: Int) -> Int {
        var count = 0
        var stack = [node]
        while let next = stack.popLast() {
            count += 1
            stack += story.nodes[next].children
        }
        return count
    }

    private static func worthKeeping(_ story: Story) -> Set<Int> {
        var kept: Set<Int> = []
        func keep(_ node: Int) {
            var current: Int? = node
            while let place = current, kept.insert(place).inserted { current = story.nodes[place].parent }
        }
        let path = Set(story.criticalPath.map(\.node))
        var candidates = story.roots
        if let cause = story.rootCause { candidates.append(cause) }
        candidates += story.nodes.indices.filter { story.nodes[$0].isError }
        candidates += path.sorted { story.nodes[$0].durationNanoseconds > story.nodes[$1].durationNanoseconds }
        candidates += story.nodes.indices.sorted {
            story.nodes[$0].durationNanoseconds > story.nodes[$1].durationNanoseconds
        }
        for node in candidates {
            guard kept.count < Limits.rowsMax else { break }
            keep(node)
        }
        return kept
    }
}

import OTLP
import TraceAssembly

/// The tree of spans beside their times, one row each, logs under their spans.
///
/// Shape says it first: █ on the critical path, ░ off it, ✗ failed, ~ asynchronous, ? missing; colour only repeats it.
struct Waterfall {
    let story: Story
    let width: Int
    let style: Style

    private let rows: [StoryRow]
    private let layout: Layout
    private let scale: Scale
    private let path: [Int: [Story.PathSegment]]

    init(story: Story, width: Int, style: Style) {
        self.story = story
        self.width = width
        self.style = style
        rows = StoryRows(story).rows()
        layout = Layout(width: width, labels: rows.map { Waterfall.labelWidth($0, story) }.max() ?? 0)
        scale = Scale(story, cells: layout.barCells)
        path = Dictionary(grouping: story.criticalPath, by: \.node)
    }

    func lines() -> [String] {
        var lines = [header()]
        for row in rows {
            switch row {
            case .node(let node): lines.append(nodeLine(node))
            case .log(let log, let node, let repeats): lines.append(logLine(log, node, repeats))
            case .folded(let count, let depth):
                let text = indent(depth) + "… \(Units.count(count, "span")) folded (see --json)"
                lines.append(style.paint(Cells.truncate("  " + text, width), .faint))
            }
        }
        for log in story.strayLogs.prefix(Limits.logRowsPerSpanMax) {
            lines.append(Cells.truncate("  ? log of a span that never arrived: " + logText(log, 1), width))
        }
        if story.strayLogs.count > Limits.logRowsPerSpanMax {
            let more = story.strayLogs.count - Limits.logRowsPerSpanMax
            lines.append(Cells.truncate("  ? … and \(Units.count(more, "more such log")) (see --json)", width))
        }
        return lines
    }

    /// Only the marks that are on the screen.
    func legend() -> String? {
        var parts: [String] = []
        if layout.barCells > 0 {
            if !story.criticalPath.isEmpty { parts.append("█ critical path") }
            if story.nodes.indices.contains(where: { path[$0] == nil }) { parts.append("░ off the path") }
        }
        if story.nodes.contains(where: \.isError) { parts.append("✗ error") }
        if story.nodes.contains(where: \.isAsynchronous) { parts.append("~ asynchronous") }
        if story.nodes.contains(where: { $0.span == nil }) { parts.append("? missing") }
        if story.nodes.contains(where: \.isRunning) { parts.append("> still running") }
        guard !parts.isEmpty else { return nil }
        return style.paint(Cells.truncate("  " + parts.joined(separator: "  "), width), .faint)
    }

    // MARK: Columns

    /// How the width is shared out: two cells of margin, label, time, self time, marks, bar.
    private struct Layout {
        var label: Int
        var time = 7
        var selfTime: Int
        var barCells: Int
        let marks = 3

        init(width: Int, labels: Int) {
            selfTime = width >= 100 ? 8 : 0
            let fixed = 2 + 1 + time + selfTime + marks
            if width < 60 {
                label = width - fixed
                barCells = 0
            } else {
                label = min(max(labels, 16), (width - fixed) / 2)
                barCells = width - fixed - label - 1
            }
        }
    }

    /// From moments to cells of the bar.
    private struct Scale {
        let start: UInt64
        let total: UInt64
        let cells: Int

        init(_ story: Story, cells: Int) {
            // A span without a start would stretch the axis back to 1970.
            let timed = story.nodes.filter { $0.startTimeUnixNano > 0 }
            let first = timed.map(\.startTimeUnixNano).min() ?? 0
            start = first
            total = max(1, (timed.map(\.endTimeUnixNano).max() ?? 0) - first)
            self.cells = cells
        }

        /// Eighths of cells from the left end.
        func eighths(_ time: UInt64) -> Int {
            guard time > start else { return 0 }
            let share = min(1, Double(time - start) / Double(total))
            return Int((share * Double(cells * 8)).rounded())
        }
    }

    private func header() -> String {
        var text = "  " + Cells.fit("SPAN", layout.label) + " " + Cells.alignRight("TIME", layout.time)
        if layout.selfTime > 0 { text += Cells.alignRight("SELF", layout.selfTime) }
        if layout.barCells > 0 {
            text += String(repeating: " ", count: layout.marks + 1) + axis()
        }
        return style.paint(Cells.truncate(text, width), .faint)
    }

    /// 0 at the left end, the whole at the right one, and as many ticks between as have room.
    private func axis() -> String {
        let last = Units.duration(scale.total)
        var text = "0"
        for quarter in 1...3 {
            let tick = Units.duration(scale.total / 4 * UInt64(quarter))
            let column = layout.barCells * quarter / 4
            guard column > Cells.width(text) + 1, column + Cells.width(tick) + 2 + Cells.width(last) <= layout.barCells
            else { continue }
            text += String(repeating: " ", count: column - Cells.width(text)) + tick
        }
        let gap = layout.barCells - Cells.width(text) - Cells.width(last)
        return gap > 0 ? text + String(repeating: " ", count: gap) + last : text
    }

    // MARK: Spans

    private func nodeLine(_ place: Int) -> String {
        let node = story.nodes[place]
        let role: Style.Role? = node.isError ? .failed : node.span == nil ? .warned : nil
        let time = node.isRunning ? "running" : node.span == nil ? "" : Units.duration(node.durationNanoseconds)
        var text = "  " + style.paint(Cells.fit(Waterfall.label(place, story), layout.label), role)
        text += " " + Cells.alignRight(time, layout.time)
        if layout.selfTime > 0 {
            let own = node.children.isEmpty || node.span == nil ? "" : Units.duration(node.selfTimeNanoseconds)
            text += Cells.alignRight(own, layout.selfTime)
        }
        let marks = Cells.truncate(marks(node), layout.marks - 1)
        text += " " + style.paint(marks, role ?? .warned)
        text += String(repeating: " ", count: layout.marks - 1 - Cells.width(marks))
        if layout.barCells > 0 { text += " " + bar(place) }
        return trimmed(text)
    }

    private func marks(_ node: Story.Node) -> String {
        var marks = ""
        if node.isError { marks += "✗" }
        if node.span == nil { marks += "?" }
        if node.isRunning { marks += ">" }
        return marks
    }

    private func bar(_ place: Int) -> String {
        let node = story.nodes[place]
        guard node.span != nil, node.startTimeUnixNano > 0 else { return "" }
        let from = min(scale.eighths(node.startTimeUnixNano) / 8, layout.barCells - 1)
        let to = max(from + 1, (scale.eighths(node.endTimeUnixNano) + 7) / 8)
        var cells = [Character](repeating: "░", count: min(to, layout.barCells) - from)
        for segment in path[place] ?? [] {
            let first = max(scale.eighths(segment.startTimeUnixNano) / 8, from)
            let last = max(first + 1, (scale.eighths(segment.endTimeUnixNano) + 4) / 8)
            for cell in first..<min(last, from + cells.count) where cell >= from { cells[cell - from] = "█" }
        }
        return String(repeating: " ", count: from) + painted(cells)
    }

    /// Runs of one shape share a colour.
    private func painted(_ cells: [Character]) -> String {
        var text = ""
        var index = 0
        while index < cells.count {
            let end = cells[index...].firstIndex { $0 != cells[index] } ?? cells.count
            text += style.paint(String(cells[index..<end]), cells[index] == "█" ? .critical : .faint)
            index = end
        }
        return text
    }

    // MARK: Logs

    private func logLine(_ log: Story.StoryLog, _ node: Int, _ repeats: Int) -> String {
        let depth = story.nodes[node].depth
        let role: Style.Role? =
            log.record.severityNumber >= .error ? .failed : log.record.severityNumber >= .warn ? .warned : .faint
        let prefix = "  " + indent(depth + 1)
        let available = width - Cells.width(prefix)
        return prefix + style.paint(Cells.truncate(logText(log, repeats), available), role)
    }

    private func logText(_ log: Story.StoryLog, _ repeats: Int) -> String {
        let offset = log.timeUnixNano > scale.start ? "+" + Units.duration(log.timeUnixNano - scale.start) : "+0"
        let times = repeats > 1 ? " ×\(repeats)" : ""
        return "\(offset) \(severity(log.record)) \(LogText.line(log.record))\(times)"
    }

    private func severity(_ record: LogRecord) -> String {
        switch record.severityNumber.rawValue {
        case 21...24: "FATAL"
        case 17...20: "ERROR"
        case 13...16: "WARN"
        case 9...12: "INFO"
        case 5...8: "DEBUG"
        case 1...4: "TRACE"
        default: record.severityText.isEmpty ? "LOG" : VisibleText.visible(record.severityText)
        }
    }

    // MARK: Labels

    private func indent(_ depth: Int) -> String { Waterfall.indent(depth) }

    /// Deep trees are indented only so far; beyond it the depth is said as a number.
    private static func indent(_ depth: Int) -> String {
        depth <= 12 ? String(repeating: "  ", count: depth) : String(repeating: "  ", count: 12) + "\(depth)> "
    }

    /// The name, after the service where it differs from the parent's.
    private static func label(_ place: Int, _ story: Story) -> String {
        let node = story.nodes[place]
        let branch = node.depth == 0 ? "" : indent(node.depth - 1) + (node.isAsynchronous ? "~ " : "└ ")
        guard let span = node.span else {
            if case .lostParent(_, let spanID) = node.content { return branch + "? lost parent \(spanID.hex)" }
            return branch
        }
        let name = span.name.isEmpty ? "(no name)" : VisibleText.visible(span.name)
        let parentService = node.parent.map { story.nodes[$0].service }
        return branch + (parentService == node.service ? name : VisibleText.visible(node.service) + " " + name)
    }

    private static func labelWidth(_ row: StoryRow, _ story: Story) -> Int {
        if case .node(let place) = row { Cells.width(label(place, story)) } else { 0 }
    }

    private func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}

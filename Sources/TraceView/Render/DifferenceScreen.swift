import OTLP
public import TraceAssembly

/// Two requests side by side: one sentence, then what differs with the way to it.
public struct DifferenceScreen: Sendable {
    let difference: StoryDifference
    let options: ScreenOptions
    /// Every span, not only those that differ.
    let showsAll: Bool

    public init(_ difference: StoryDifference, _ options: ScreenOptions, showsAll: Bool = false) {
        self.difference = difference
        self.options = options
        self.showsAll = showsAll
    }

    private var before: Story { difference.before }
    private var after: Story { difference.after }

    public func lines() -> [String] {
        let told = tellingRows()
        let sentence = sentence(told.map(\.entry).filter(difference.isTelling))
        var lines = Cells.wrap(sentence, options.width, indent: 2).map { StyledLine($0, .strong) }
        lines.append(StyledLine("  before  " + summary(before), .faint))
        lines.append(StyledLine("  after   " + summary(after), .faint))
        if !told.isEmpty {
            lines.append(StyledLine())
            lines.append(header())
            lines += told.map(row)
        }
        return lines.map { options.style.finish($0.truncated(options.width).rendered(options.style)) }
    }

    // MARK: One sentence

    private func sentence(_ entries: [StoryDifference.Entry]) -> String {
        let names = (before: SpanText(story: before), after: SpanText(story: after))
        if let cause = after.rootCause, after.hasFailed, !before.hasFailed {
            return
                "✗ it fails now: \(names.after.full(cause)) — \(after.nodes[cause].record.map { FailureText.words($0.span) } ?? "")"
        }
        if before.hasFailed, !after.hasFailed { return "✓ it succeeds now, and failed before" }
        let (old, new) = (duration(before), duration(after))
        let slowest = entries.compactMap { entry in difference.growth(of: entry).map { (entry, $0) } }
            .max { $0.1.magnitude < $1.1.magnitude }
        if let (entry, growth) = slowest, let node = entry.after, old != new {
            let word = new > old ? "slower" : "faster"
            return "± \(change(old, new)) \(word); most of it in \(names.after.full(node)) (\(Units.offset(growth)))"
        }
        if let entry = entries.first(where: { $0.change == .new }), let node = entry.after {
            return "+ new: \(names.after.full(node))"
        }
        if let entry = entries.first(where: { $0.change == .gone }), let node = entry.before {
            return "− gone: \(names.before.full(node))"
        }
        return "≈ the two requests do the same, in about the same time"
    }

    private func change(_ old: UInt64, _ new: UInt64) -> String {
        let difference = new > old ? new - old : old - new
        return Units.duration(difference) + (old > 0 ? " (\(Units.percent(difference, of: old)))" : "")
    }

    private func duration(_ story: Story) -> UInt64 { story.mainRoot.map { story.nodes[$0].durationNanoseconds } ?? 0 }

    private func summary(_ story: Story) -> String {
        guard let main = story.mainRoot else { return "no spans" }
        let spans = story.nodes.lazy.filter { $0.record != nil }.count
        let mark = story.hasFailed ? "✗" : "✓"
        let id = story.id ?? story.traceIDs.first?.hex ?? ""
        return "\(mark) \(Units.duration(duration(story))) · \(Units.count(spans, "span")) · "
            + "\(options.clock.moment(story.nodes[main].startTimeUnixNano)) · \(VisibleText.visible(id))"
    }

    // MARK: Rows

    private struct Row {
        var entry: StoryDifference.Entry
        var isTelling: Bool
    }

    /// What differs, and its ancestors.
    private func tellingRows() -> [Row] {
        var rows: [Row] = []
        var needed = -1
        for entry in difference.entries.reversed() {
            let isTelling = difference.isTelling(entry)
            guard showsAll || isTelling || entry.depth < needed else { continue }
            rows.append(Row(entry: entry, isTelling: isTelling))
            needed = isTelling ? max(entry.depth, 0) : entry.depth
        }
        let inOrder = Array(rows.reversed())
        return Array(inOrder.prefix(options.detail.rowsMax ?? .max))
    }

    private var labelWidth: Int { options.width - 2 - 3 * 9 - 2 }

    private func header() -> StyledLine {
        var line = StyledLine("    ")
        line.append(Cells.fit("SPAN", labelWidth))
        for title in ["BEFORE", "AFTER", "OWN"] { line.append(Cells.alignRight(title, 9)) }
        return StyledLine(line.rendered(Style(hasColour: false)), .faint)
    }

    private func row(_ row: Row) -> StyledLine {
        let entry = row.entry
        let (mark, role): (String, Style.Role?) =
            switch entry.change {
            case .new: ("+", .warned)
            case .gone: ("−", .warned)
            case .both: row.isTelling ? turn(entry) : (" ", .faint)
            }
        let story = entry.after == nil ? before : after
        let node = entry.after ?? entry.before ?? 0
        let names = SpanText(story: story)
        let parent = story.nodes[node].parent.map { story.nodes[$0].service }
        let title = parent == story.nodes[node].service ? names.name(node) + names.attempt(node) : names.full(node)
        let indent = String(repeating: " ", count: min(entry.depth * 2, labelWidth / 2))
        var line = StyledLine("  \(mark) ", role)
        line.append(Cells.fit(indent + title, labelWidth), role)
        line.append(
            Cells.alignRight(entry.before.map { Units.duration(before.nodes[$0].durationNanoseconds) } ?? "", 9), .faint
        )
        line.append(Cells.alignRight(entry.after.map { Units.duration(after.nodes[$0].durationNanoseconds) } ?? "", 9))
        let growth = row.isTelling ? difference.growth(of: entry).map { $0 == 0 ? "" : Units.offset($0) } ?? "" : ""
        line.append(Cells.alignRight(growth, 9), role)
        return line
    }

    private func turn(_ entry: StoryDifference.Entry) -> (String, Style.Role?) {
        guard let old = entry.before, let new = entry.after else { return (" ", nil) }
        if after.nodes[new].isError, !before.nodes[old].isError { return ("✗", .failed) }
        if before.nodes[old].isError, !after.nodes[new].isError { return ("✓", .good) }
        return (difference.growth(of: entry) ?? 0) > 0 ? ("▲", .warned) : ("▼", .good)
    }
}

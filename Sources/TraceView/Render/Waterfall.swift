import OTLP
import TraceAssembly

/// The tree of spans beside their times, one row each, logs under their spans.
struct Waterfall {
    let story: Story
    let options: ScreenOptions
    let rows: [StoryRow]
    let layout: WaterfallLayout
    let scale: TimeScale
    private let labels: WaterfallLabel
    private let paths: [Int: [Story.PathSegment]]
    private let costs: [Int: Double]
    private let coldNodes: Set<Int>

    init(story: Story, options: ScreenOptions) {
        let told = StoryRows(story, detail: options.detail)
        self.init(story: story, options: options, rows: told.rows(), measures: told.measures)
    }

    /// - Parameter labels: cells for the labels; `nil`: as many as the rows take.
    init(story: Story, options: ScreenOptions, rows: [StoryRow], measures: StoryMeasures, labelCells: Int? = nil) {
        self.story = story
        self.options = options
        self.rows = rows
        labels = WaterfallLabel(story)
        let most = options.width / 2
        var longest = labelCells ?? 0
        for row in rows {
            switch row.content {
            case .node, .similar, .silentFunction:
                longest = max(longest, labels.line(row, column: most).width)
            default: break
            }
        }
        layout = WaterfallLayout(width: options.width, labels: longest)
        scale = TimeScale(story, cells: layout.bar)
        let after = story.completionPath.filter { measures.isDetached[$0.node] }
        paths = Dictionary(grouping: story.criticalPath + after, by: \.node)
        coldNodes = Set(story.invocations.lazy.filter(\.isColdStart).map(\.node))
        costs = layout.cost > 0 ? StoryCost(of: story, prices: options.prices).ofNode : [:]
    }

    func lines() -> [String] {
        ([header()] + rows.map(line)).map { $0.rendered(options.style) }
    }

    func line(_ row: StoryRow) -> StyledLine {
        switch row.content {
        case .node(let node): nodeLine(node, row)
        case .similar(let spans): similarLine(spans, row)
        case .waiting(let node, let wait): waitingLine(node, wait, row)
        case .silentFunction: silentLine(row)
        case .hidden: wholeLine(labels.line(row, column: options.width))
        case .log(let log, let repeats): logLine(log, repeats, row)
        case .failure(let words, let node): failureLine(words, node, row)
        case .strayLog(let log): wholeLine(StyledLine("? log without a span: " + logText(log, 1), .warned))
        case .moreStrayLogs(let count):
            wholeLine(StyledLine("? … and \(Units.count(count, "more such log")); see --json", .warned))
        }
    }

    // MARK: Spans

    private func nodeLine(_ place: Int, _ row: StoryRow) -> StyledLine {
        let node = story.nodes[place]
        let time = node.isRunning ? "running" : node.record == nil ? "" : Units.duration(node.durationNanoseconds)
        let own = node.children.isEmpty || node.record == nil ? "" : Units.duration(node.selfTimeNanoseconds)
        var line = columns(row, time: time, own: own, cost: costs[place], marks: marks(place), isError: node.isError)
        guard layout.bar > 0, node.record != nil else { return line }
        var bar = Bar(scale)
        bar.drawSpan(node)
        for segment in paths[place] ?? [] { bar.drawPath(segment, within: node) }
        line.append(bar.line())
        if layout.attributes > 0 {
            line.pad(to: options.width - layout.attributes)
            line.append(Cells.truncate(AttributeText.line(story, place), layout.attributes), .faint)
        }
        return line
    }

    private func similarLine(_ spans: SimilarSpans, _ row: StoryRow) -> StyledLine {
        let starts = spans.nodes.map { story.nodes[$0].startTimeUnixNano }.min() ?? 0
        let ends = spans.nodes.map { story.nodes[$0].endTimeUnixNano }.max() ?? 0
        let hasFailed = spans.errorCount > 0
        var line = columns(
            row, time: Units.duration(ends - min(starts, ends)), own: "", cost: nil, marks: hasFailed ? "✗" : "",
            isError: hasFailed)
        guard layout.bar > 0 else { return line }
        var bar = Bar(scale)
        for node in spans.nodes { bar.drawSpan(story.nodes[node]) }
        for node in spans.nodes {
            var family = [node]
            while let member = family.popLast() {
                for segment in paths[member] ?? [] { bar.drawPath(segment, within: story.nodes[member]) }
                family += story.nodes[member].children
            }
        }
        line.append(bar.line())
        return line
    }

    private func waitingLine(_ node: Int, _ wait: UInt64, _ row: StoryRow) -> StyledLine {
        var line = columns(row, time: Units.duration(wait), own: "", cost: nil, marks: "", isError: false)
        guard layout.bar > 0 else { return line }
        var bar = Bar(scale)
        let start = story.nodes[node].startTimeUnixNano
        bar.drawWaiting(from: start - wait, to: start)
        line.append(bar.line())
        return line
    }

    private func silentLine(_ row: StoryRow) -> StyledLine {
        columns(row, time: "", own: "", cost: nil, marks: "?", isError: false)
    }

    private func columns(
        _ row: StoryRow, time: String, own: String, cost: Double?, marks: String, isError: Bool
    ) -> StyledLine {
        var line = StyledLine(String(repeating: " ", count: WaterfallLayout.margin))
        line.append(labels.line(row, column: layout.label).fitted(layout.label))
        line.append(" " + Cells.alignRight(time, layout.time))
        if layout.selfTime > 0 { line.append(Cells.alignRight(own, layout.selfTime), .faint) }
        if layout.cost > 0 {
            line.append(Cells.alignRight(cost.map { Units.dollars($0 * 1_000_000) + "/M" } ?? "", layout.cost))
        }
        line.append(" ")
        line.append(Cells.fit(marks, layout.marks - 1), isError ? .failed : .warned)
        if layout.bar > 0 { line.append(" ") }
        return line
    }

    /// The gravest first, should not all have room.
    private func marks(_ place: Int) -> String {
        let node = story.nodes[place]
        var marks = ""
        if node.isError { marks += "✗" }
        if node.record == nil { marks += "?" }
        if node.isRunning { marks += ">" }
        if coldNodes.contains(place) { marks += "*" }
        if node.clockOffsetNanoseconds != 0 { marks += "≈" }
        return String(marks.prefix(layout.marks - 1))
    }

    // MARK: Lines as wide as the screen

    private func logLine(_ log: Story.StoryLog, _ repeats: Int, _ row: StoryRow) -> StyledLine {
        let severity = log.record.severityNumber
        let role: Style.Role? = severity >= .error ? .failed : severity >= .warn ? .warned : .faint
        var line = remark(row)
        line.append(logText(log, repeats), role)
        return line.truncated(options.width)
    }

    private func failureLine(_ words: String, _ node: Int, _ row: StoryRow) -> StyledLine {
        var line = remark(row)
        line.append("\(offset(story.nodes[node].endTimeUnixNano)) ✗ \(words)", .failed)
        return line.truncated(options.width)
    }

    private func remark(_ row: StoryRow) -> StyledLine {
        let most = max(4, Int(Double(layout.label) * Limits.guidesShareMax))
        return StyledLine(
            String(repeating: " ", count: WaterfallLayout.margin) + row.guides.prefix(most) + "  ", .faint)
    }

    private func wholeLine(_ text: StyledLine) -> StyledLine {
        var line = StyledLine(String(repeating: " ", count: WaterfallLayout.margin))
        line.append(text)
        return line.truncated(options.width)
    }

    /// How often stands in front of the attributes: those may be cut off.
    private func logText(_ log: Story.StoryLog, _ repeats: Int) -> String {
        let times = repeats > 1 ? "×\(Units.grouped(repeats)) " : ""
        return "\(offset(log.timeUnixNano)) \(LogText.severity(log.record)) \(times)\(LogText.line(log.record))"
    }

    private func offset(_ time: UInt64) -> String {
        "+" + Units.duration(time > scale.start ? time - scale.start : 0)
    }
}

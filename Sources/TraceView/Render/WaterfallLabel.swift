import OTLP
import TraceAssembly

/// The first column of a row: the tree's lines, the service where it changes, the name.
struct WaterfallLabel {
    let names: SpanText
    let services: [String: Int]

    var story: Story { names.story }

    init(_ story: Story) {
        names = SpanText(story: story)
        var services: [String: Int] = [:]
        for node in story.nodes where services[node.service] == nil { services[node.service] = services.count }
        self.services = services
    }

    /// Not cut yet. `column` is what the label may take, to keep deep trees from filling it with lines.
    func line(_ row: StoryRow, column: Int) -> StyledLine {
        var line = StyledLine(guides(row, column), .faint)
        switch row.content {
        case .node(let node):
            let hidden = row.hiddenBelow > 0 ? " +" + Units.count(row.hiddenBelow, "span") : ""
            line.append(nodeLabel(node, room: column - line.width - hidden.count))
            line.append(hidden, .faint)
        case .similar(let spans): line.append(similarLabel(spans, room: column - line.width))
        case .hidden(let count):
            line.append("… \(Units.count(count, "span")) folded; see --all or -i", .faint)
        case .waiting(let node, _):
            let queue = names.destination(node).map { " in \($0)" } ?? ""
            line.append("⋯ waited\(queue)", .warned)
        case .silentFunction(let name):
            line.append("? \(VisibleText.visible(name)) sent nothing", .warned)
        case .log, .failure, .strayLog, .moreStrayLogs: break
        }
        return line
    }

    private func guides(_ row: StoryRow, _ column: Int) -> String {
        var guides = row.guides
        if case .node(let node) = row.content, story.nodes[node].isAsynchronous, guides.count >= 2 {
            guides = guides.dropLast(2) + "~ "
        }
        let most = max(4, Int(Double(column) * Limits.guidesShareMax))
        guard guides.count > most else { return guides }
        let depth = "\(row.depth)> "
        return String(guides.prefix(max(0, most - depth.count))) + depth
    }

    private func nodeLabel(_ node: Int, room: Int) -> StyledLine {
        guard story.nodes[node].record != nil else {
            guard case .lostParent(_, let spanID) = story.nodes[node].content else { return StyledLine() }
            return StyledLine("? lost parent \(spanID.hex)", .warned)
        }
        var line = service(node)
        let end = names.attempt(node)
        let isWhole = line.width + Cells.width(names.name(node)) + end.count <= room
        let name =
            isWhole ? names.name(node) : Cells.truncate(names.shortName(node), max(4, room - line.width - end.count))
        line.append(name + end, story.nodes[node].isError ? .failed : nil)
        return line
    }

    /// The statistics stay whole; the name gives way.
    private func similarLabel(_ spans: SimilarSpans, room: Int) -> StyledLine {
        var figures = " ×\(Units.grouped(spans.nodes.count))"
        if spans.spanCount > spans.nodes.count { figures += " (\(Units.count(spans.spanCount, "span")))" }
        let median = " p50 \(Units.duration(spans.medianNanoseconds))"
        let most = " max \(Units.duration(spans.maxNanoseconds))"
        figures += figures.count + median.count + most.count + 12 <= room ? median + most : most
        if spans.errorCount > 0 { figures += " ✗\(Units.grouped(spans.errorCount))" }
        var line = service(spans.nodes[0])
        line.append(VisibleText.visible(spans.name))
        line = line.truncated(max(8, room - Cells.width(figures)))
        line.append(figures, spans.errorCount > 0 ? .failed : .faint)
        return line
    }

    /// The service with a space behind, where it is not that of the parent.
    private func service(_ node: Int) -> StyledLine {
        let parent = story.nodes[node].parent.map { story.nodes[$0].service }
        let service = names.service(node)
        guard parent != story.nodes[node].service, !service.isEmpty else { return StyledLine() }
        guard !SpanText.repeats(names.name(node), service) else { return StyledLine() }
        return StyledLine(service + " ", .service(services[story.nodes[node].service] ?? 0))
    }
}

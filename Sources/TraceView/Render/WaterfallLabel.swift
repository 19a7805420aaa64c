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
            let errors = errors(row.hiddenBelow.errorCount)
            let hidden = hidden(row.hiddenBelow.spanCount, room: column - line.width - errors.count)
            line.append(nodeLabel(node, room: column - line.width - hidden.count - errors.count))
            line.append(hidden, .faint)
            line.append(errors, .failed)
        case .similar(let spans): line.append(similarLabel(spans, room: column - line.width))
        case .hidden(let hidden):
            line.append("… \(Units.count(hidden.spanCount, "span")) folded", .faint)
            line.append(errors(hidden.errorCount), .failed)
            line.append("; see --all or -i", .faint)
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

    /// How many they are and how many failed stays whole; what else there is to say goes as far as there is room, and the name
    /// gives way.
    private func similarLabel(_ spans: SimilarSpans, room: Int) -> StyledLine {
        let count = " ×\(Units.grouped(spans.nodes.count))"
        let errors = errors(spans.errorCount)
        var line = service(spans.nodes[0])
        var free = room - line.width - Limits.similarNameCellsMin - Cells.width(count) - errors.count
        func fitting(_ text: String) -> String {
            guard Cells.width(text) <= free else { return "" }
            free -= Cells.width(text)
            return text
        }
        let family = spans.spanCount > spans.nodes.count ? fitting(" (\(Units.count(spans.spanCount, "span")))") : ""
        let most = fitting(" max \(Units.duration(spans.maxNanoseconds))")
        let median = fitting(" p50 \(Units.duration(spans.medianNanoseconds))")
        let figures = count + family + median + most
        line.append(VisibleText.visible(spans.name))
        line = line.truncated(max(1, room - Cells.width(figures) - errors.count))
        line.append(figures, spans.errorCount > 0 ? .failed : .faint)
        line.append(errors, .failed)
        return line
    }

    private func hidden(_ count: Int, room: Int) -> String {
        guard count > 0 else { return "" }
        let words = " +" + Units.count(count, "span")
        return words.count + Limits.similarNameCellsMin <= room ? words : " +" + Units.grouped(count)
    }

    private func errors(_ count: Int) -> String { count > 0 ? " ✗\(Units.grouped(count))" : "" }

    /// The service with a space behind, where it is not that of the parent.
    private func service(_ node: Int) -> StyledLine {
        let parent = story.nodes[node].parent.map { story.nodes[$0].service }
        let service = names.service(node)
        guard parent != story.nodes[node].service, !service.isEmpty else { return StyledLine() }
        guard !SpanText.repeats(names.name(node), service) else { return StyledLine() }
        return StyledLine(service + " ", .service(services[story.nodes[node].service] ?? 0))
    }
}

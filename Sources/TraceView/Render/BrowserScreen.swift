import OTLP
import TraceAssembly

/// The interactive screen as lines, exactly as many as the terminal has rows.
///
/// Cost: only what is in sight is looked at.
public struct BrowserScreen {
    let model: BrowserModel

    public init(_ model: BrowserModel) {
        self.model = model
    }

    private var style: Style { model.options.style }
    private var story: Story { model.story }

    public func lines() -> [String] {
        guard model.mode != .help else { return fill(help(), to: model.rowCount) }
        guard model.mode != .difference else { return difference() }
        var lines = model.title + [model.waterfall.header().truncated(model.columns).rendered(style)]
        lines += fill(tree(), to: model.treeRows)
        lines += details()
        lines.append(status())
        return lines.map(style.finish)
    }

    private func difference() -> [String] {
        let shown = Array(model.differenceLines.dropFirst(model.differenceTop))
        let place = min(model.differenceLines.count, model.differenceTop + model.differenceRows)
        var line = StyledLine(" j k scroll  q back to the request", .faint)
        let end = "\(Units.grouped(place))/\(Units.grouped(model.differenceLines.count))"
        line = line.fitted(model.columns - Cells.width(end) - 1)
        line.append(end, .faint)
        return fill(shown, to: model.differenceRows) + [style.finish(line.rendered(style))]
    }

    private func fill(_ lines: [String], to count: Int) -> [String] {
        Array(lines.prefix(count)) + Array(repeating: "", count: max(0, count - lines.count))
    }

    // MARK: Above and below

    private func status() -> String {
        if model.mode == .search { return Cells.truncate("/" + VisibleText.visible(model.search) + "▏", model.columns) }
        let place = "\(Units.grouped(model.selected + 1))/\(Units.grouped(model.entries.count))"
        let keys = "? help  / find  e error  c path  enter details  ←→ fold  q quit"
        let left = model.message.isEmpty ? keys : model.message
        var line = StyledLine(" " + left, model.message.isEmpty ? .faint : .strong)
        line = line.fitted(model.columns - Cells.width(place) - 1)
        line.append(place, .faint)
        return line.rendered(style)
    }

    private func help() -> [String] {
        let keys = [
            ("j k ↓ ↑", "next, previous"), ("PgDn PgUp g G", "a page, the ends"),
            ("→ ←", "open and close a span; to its parent"),
            ("+ -", "open all, close all"), ("enter", "all of the span below; J K scroll it"),
            ("e E", "next, previous error"),
            ("r", "the root cause"), ("c C", "along the critical path"), ("l", "logs on and off"),
            ("/ n N", "find, next, previous"),
            ("y Y", "copy the span's id, the request's"), ("d", "differences to the last that succeeded"),
            ("^Z ^L", "to the shell, draw anew"), ("q", "quit"),
        ]
        return ["", style.paint("  keys", .strong), ""]
            + keys.map { Cells.truncate("  " + Cells.fit($0.0, 16) + $0.1, model.columns) }
            + ["", style.paint("  any key goes back; the mouse selects, opens and scrolls", .faint)]
    }

    // MARK: The tree

    private func tree() -> [String] {
        let end = min(model.entries.count, model.top + model.treeRows)
        guard model.top < end else { return [] }
        return (model.top..<end).map { index in
            let line = self.line(model.entries[index])
            guard index == model.selected else { return line.rendered(style) }
            // Reverse video and a mark: without colours the selection is seen all the same.
            var text = line.fitted(model.columns).rendered(Style(hasColour: false))
            text = "▸" + text.dropFirst()
            text += String(repeating: " ", count: max(0, model.columns - Cells.width(text)))
            return "\u{1B}[7m\(text)\u{1B}[0m"
        }
    }

    private func line(_ entry: BrowserEntry) -> StyledLine {
        let node = story.nodes[entry.node]
        var row = StoryRow(content: content(entry), depth: node.depth, guides: guides(entry))
        switch entry.part {
        case .span where model.folded[entry.node] && model.measures.familySize[entry.node] > 1:
            row.hiddenBelow = StoryRow.Hidden(
                spanCount: model.measures.familySize[entry.node] - 1,
                errorCount: model.measures.errorCount[entry.node] - (node.isError ? 1 : 0))
        case .log, .failure, .silent: row.depth += 1
        case .span, .waiting, .strayLog: break
        }
        return model.waterfall.line(row)
    }

    private func content(_ entry: BrowserEntry) -> StoryRow.Content {
        switch entry.part {
        case .span: .node(entry.node)
        case .log(let log, let repeats): .log(story.nodes[entry.node].logs[log], repeats: repeats)
        case .failure: .failure(story.failure(of: entry.node) ?? "", node: entry.node)
        case .waiting: .waiting(node: entry.node, nanoseconds: story.wait(before: entry.node) ?? 0)
        case .silent(let index): .silentFunction(model.silentFunctions(under: entry.node)[index])
        case .strayLog(let log): .strayLog(story.strayLogs[log])
        }
    }

    /// Only a deep span's nearest ancestors are looked at: what is left of the column is cut off anyway.
    private func guides(_ entry: BrowserEntry) -> String {
        var node = entry.node
        let depth = story.nodes[node].depth
        guard depth <= model.waterfall.layout.label / 4 else {
            return String(repeating: "  ", count: depth.clamped(to: 0...64))
        }
        var parts: [String] = []
        switch entry.part {
        case .strayLog: return ""
        case .span: if depth > 0 { parts.append(isLast(node) ? "└ " : "├ ") }
        case .waiting: parts.append("├ ")
        case .silent(let index):
            parts.append(index + 1 == model.silentFunctions(under: node).count ? "└ " : "├ ")
            if depth > 0 { parts.append(isLast(node) ? "  " : "│ ") }
        case .log, .failure:
            let hasMore =
                !model.folded[node]
                && (!story.nodes[node].children.isEmpty || !model.silentFunctions(under: node).isEmpty)
            parts.append(hasMore ? "│ " : "  ")
            if depth > 0 { parts.append(isLast(node) ? "  " : "│ ") }
        }
        while let parent = story.nodes[node].parent, story.nodes[parent].depth > 0 {
            parts.append(isLast(parent) ? "  " : "│ ")
            node = parent
        }
        return parts.reversed().joined()
    }

    private func isLast(_ node: Int) -> Bool {
        guard let parent = story.nodes[node].parent else { return true }
        return story.nodes[parent].children.last == node && model.silentFunctions(under: parent).isEmpty
    }

    // MARK: Details

    private func details() -> [String] {
        guard model.detailRows > 0, let node = model.selectedNode else { return [] }
        let lines =
            story.nodes[node].record == nil
            ? ["  this span never arrived; others name it as their parent"]
            : SpanScreen(story, node: node, model.options).lines()
        let room = model.detailRows - 1
        let scroll = min(model.detailScroll, max(0, lines.count - room))
        let rule = String(repeating: "─", count: model.columns)
        return [style.paint(rule, .faint)] + fill(Array(lines.dropFirst(scroll)), to: room)
    }
}

extension Int {
    fileprivate func clamped(to range: ClosedRange<Int>) -> Int {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}

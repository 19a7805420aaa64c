import TraceAssembly

// The row above the spans, and the one that says what the marks mean.

extension Waterfall {
    func header() -> StyledLine {
        var text = "  " + Cells.fit("SPAN", layout.label) + " " + Cells.alignRight("TIME", layout.time)
        if layout.selfTime > 0 { text += Cells.alignRight("SELF", layout.selfTime) }
        if layout.cost > 0 { text += Cells.alignRight("COST", layout.cost) }
        if layout.bar > 0 { text += String(repeating: " ", count: layout.marks + 1) + axis() }
        var line = StyledLine(text)
        if layout.attributes > 0 {
            line.pad(to: options.width - layout.attributes)
            line.append("ATTRIBUTES")
        }
        return StyledLine(Cells.truncate(line.rendered(Style(hasColour: false)), options.width), .faint)
    }

    /// 0 at the left end, the whole at the right one, ticks at the quarters that have room, and what is not drawn.
    private func axis() -> String {
        let cells = scale.cells
        let last = Units.duration(scale.end - scale.start) + "╷"
        var text = "0"
        var labels: [(cell: Int, text: String)] = scale.folds.map { fold in
            (scale.eighths(fold.start) / 8, "⋯\(Units.duration(fold.durationNanoseconds))⋯")
        }
        for quarter in 1...3 {
            let cell = cells * quarter / 4
            labels.append((cell, "╷" + Units.duration(scale.nanoseconds(atCell: cell))))
        }
        for label in labels.sorted(by: { $0.cell < $1.cell }) {
            let width = Cells.width(text)
            guard label.cell > width, label.cell + Cells.width(label.text) + 1 + Cells.width(last) <= cells else {
                continue
            }
            text += String(repeating: " ", count: label.cell - width) + label.text
        }
        let gap = cells - Cells.width(text) - Cells.width(last)
        return gap > 0 ? text + String(repeating: " ", count: gap) + last : text
    }

    /// Only the marks that are on the screen.
    func legend() -> [String] {
        var parts: [String] = []
        let shown = rows.compactMap { row in if case .node(let node) = row.content { story.nodes[node] } else { nil } }
        if layout.bar > 0 {
            if !story.criticalPath.isEmpty { parts.append("█ critical path") }
            let onPath = Set((story.criticalPath + story.completionPath).map(\.node))
            if story.nodes.indices.contains(where: { !onPath.contains($0) }) { parts.append("░ off path") }
            if shown.contains(where: { $0.coldStartNanoseconds > 0 }) { parts.append("▚ INIT") }
        }
        if story.nodes.contains(where: \.isError) { parts.append("✗ error") }
        if story.invocations.contains(where: \.isColdStart) { parts.append("* cold start") }
        if shown.contains(where: \.isAsynchronous) { parts.append("~ asynchronous") }
        let isMissing = rows.contains { row in if case .silentFunction = row.content { true } else { false } }
        if isMissing || shown.contains(where: { $0.record == nil }) { parts.append("? missing") }
        if shown.contains(where: \.isRunning) { parts.append("> still running") }
        if !story.clockCorrections.isEmpty { parts.append("≈ clock set right") }
        guard !parts.isEmpty else { return [] }
        let verdict = Verdict(story: story, options: options, scale: scale)
        return [""]
            + verdict.wrapped(parts, separator: "  ", .faint).map {
                $0.replacing("    ", with: "  ", maxReplacements: 1)
            }
    }
}

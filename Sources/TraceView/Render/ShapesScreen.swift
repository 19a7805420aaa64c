public import TraceAssembly

/// The ways that requests took: one line for each route and shape, the most frequent first.
public struct ShapesScreen: Sendable {
    let summaries: [ShapeSummary]
    let options: ScreenOptions
    let showsTrees: Bool

    public init(_ summaries: [ShapeSummary], _ options: ScreenOptions, showsTrees: Bool = false) {
        self.summaries = summaries
        self.options = options
        self.showsTrees = showsTrees
    }

    /// The first and the last of them.
    private static func versions(_ versions: [String]) -> String {
        guard let first = versions.first, let last = versions.last else { return "" }
        return versions.count == 1 ? first : "\(first)…\(last)"
    }

    public func lines() -> [String] {
        var table = TextTable(columns: [
            TextTable.Column(title: "SHAPE", isWhole: true), TextTable.Column(title: "REQUESTS", isRight: true),
            TextTable.Column(title: "ERRORS", isRight: true, leaves: 1),
            TextTable.Column(title: "P50", isRight: true, leaves: 3),
            TextTable.Column(title: "SPANS", isRight: true, leaves: 4),
            TextTable.Column(title: "SEEN", isWhole: true, leaves: 2), TextTable.Column(title: "VERSION", leaves: 5),
            TextTable.Column(title: "ROUTE"),
        ])
        table.rows = summaries.map { summary in
            let errors =
                summary.errorCount == 0
                ? "" : "✗ " + Units.percent(UInt64(summary.errorCount), of: UInt64(summary.count))
            return [
                TextTable.Cell(summary.shape.id), TextTable.Cell(Units.grouped(summary.count)),
                TextTable.Cell(errors, .failed), TextTable.Cell(Units.duration(summary.medianNanoseconds)),
                TextTable.Cell(Units.grouped(summary.shape.lines.count)),
                TextTable.Cell(summary.novelty.rawValue, summary.novelty == .steady ? .faint : .warned),
                TextTable.Cell(VisibleText.visible(ShapesScreen.versions(summary.versions)), .faint),
                TextTable.Cell(VisibleText.visible(summary.shape.route)),
            ]
        }
        var lines = table.lines(options)
        guard showsTrees else { return lines }
        for summary in summaries {
            lines += ["", options.style.paint("  \(summary.shape.id)", .strong)]
            lines += summary.shape.lines.map { line in
                let indent = String(repeating: " ", count: min(4 + line.depth * 2, options.width / 2))
                let text = indent + (line.isAsynchronous ? "~ " : "") + VisibleText.visible(line.title)
                return options.style.finish(Cells.truncate(text, options.width))
            }
        }
        return lines
    }
}

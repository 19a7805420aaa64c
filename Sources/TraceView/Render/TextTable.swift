/// Columns of words, as wide as they need to be. On a narrow screen texts give way, and then columns leave: a number that is cut
/// would be another number.
struct TextTable {
    struct Column {
        var title: String
        var isRight = false
        /// It gives nothing away when the screen is narrow; columns to the right, of numbers, never do.
        var isWhole = false
        /// Where there is no room for all, the column with the highest number leaves first, one without number never.
        var leaves = 0
    }

    struct Cell {
        var text: String
        var role: Style.Role?

        init(_ text: String, _ role: Style.Role? = nil) {
            self.text = text
            self.role = role
        }
    }

    let columns: [Column]
    var rows: [[Cell]] = []

    func lines(_ options: ScreenOptions) -> [String] {
        var widths = columns.map { Cells.width($0.title) }
        for row in rows {
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], Cells.width(cell.text)) }
        }
        var shown = Array(columns.indices)
        func isTooWide() -> Bool { shown.reduce(0) { $0 + widths[$1] + 2 } > options.width }
        // The widest gives way until all fit; when no text can give more, a column leaves, and the texts have room again.
        let wanted = widths
        while isTooWide() {
            let mayLeave = shown.contains { columns[$0].leaves > 0 }
            let least = mayLeave ? Limits.textCellsMin : Limits.textCellsMin / 2
            let texts = shown.filter { !columns[$0].isWhole && !columns[$0].isRight && widths[$0] > least }
            if let widest = texts.max(by: { widths[$0] < widths[$1] }) {
                widths[widest] -= 1
            } else if let leaving = shown.filter({ columns[$0].leaves > 0 })
                .max(by: { columns[$0].leaves < columns[$1].leaves })
            {
                shown.removeAll { $0 == leaving }
                widths = wanted
            } else {
                break
            }
        }
        func line(_ cells: [Cell]) -> String {
            var line = StyledLine()
            for index in shown {
                let cell = cells[index]
                line.append("  ")
                let text =
                    columns[index].isRight
                    ? Cells.alignRight(cell.text, widths[index]) : Cells.fit(cell.text, widths[index])
                line.append(text, cell.role)
            }
            return options.style.finish(line.truncated(options.width).rendered(options.style))
        }
        return [line(columns.map { Cell($0.title, .faint) })] + rows.map(line)
    }
}

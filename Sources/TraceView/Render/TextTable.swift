/// Columns of words, as wide as they need to be; the last takes what is left.
struct TextTable {
    struct Column {
        var title: String
        var isRight = false
        /// It gives nothing away when the screen is narrow.
        var isWhole = false
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
        // The widest gives way until all fit.
        let gaps = 2 * columns.count
        while widths.reduce(0, +) + gaps > options.width,
            let widest = widths.indices.filter({ !columns[$0].isWhole }).max(by: { widths[$0] < widths[$1] }),
            widths[widest] > 4
        {
            widths[widest] -= 1
        }
        func line(_ cells: [Cell]) -> String {
            var line = StyledLine()
            for (index, cell) in cells.enumerated() {
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

import TraceAssembly

/// The cells of one row beside the axis.
///
/// Shape says it first: █ on the critical path, in eighths where it ends, ░ off it, ▚ start-up, · waiting, ⋯ time that is
/// not drawn.
struct Bar {
    private enum Cell: Equatable {
        case empty, off, cold, waiting, undrawn
        /// 1…8 eighths.
        case path(Int)
    }

    private let scale: TimeScale
    private var cells: [Cell]

    init(_ scale: TimeScale) {
        self.scale = scale
        cells = [Cell](repeating: .empty, count: scale.cells)
    }

    /// A span takes at least one cell.
    mutating func drawSpan(_ node: Story.Node) {
        guard node.startTimeUnixNano > 0 else { return }
        let range = range(node.startTimeUnixNano, node.endTimeUnixNano)
        for cell in range where cells[cell] == .empty || cells[cell] == .cold { cells[cell] = .off }
        guard node.coldStartNanoseconds > 0 else { return }
        let wake = scale.eighths(node.startTimeUnixNano &- node.coldStartNanoseconds) / 8
        for cell in min(wake, range.lowerBound)..<range.lowerBound { cells[cell] = .cold }
    }

    mutating func drawPath(_ segment: Story.PathSegment, within node: Story.Node) {
        guard segment.kind == .work else { return }
        let bounds = range(node.startTimeUnixNano, node.endTimeUnixNano)
        let (from, to) = (scale.eighths(segment.startTimeUnixNano), scale.eighths(segment.endTimeUnixNano))
        // A moment of the path shows, as thin as it is; and a bar of one cell is a bar.
        guard to - from >= 4 else {
            mark(min(max(from / 8, bounds.lowerBound), bounds.upperBound - 1), max(1, to - from))
            return
        }
        let isStart = segment.startTimeUnixNano <= node.startTimeUnixNano
        let first = min(isStart ? bounds.lowerBound : (from + 4) / 8, bounds.upperBound - 1)
        for cell in max(first, bounds.lowerBound)..<max(first, min(to / 8, bounds.upperBound)) { mark(cell, 8) }
        let rest = to % 8
        guard rest > 0, bounds.contains(to / 8) else { return }
        let isEnd = to / 8 == bounds.upperBound - 1 && segment.endTimeUnixNano >= node.endTimeUnixNano
        if isEnd { mark(to / 8, rest) } else if rest >= 4 { mark(to / 8, 8) }
    }

    mutating func drawWaiting(from start: UInt64, to end: UInt64) {
        for cell in range(start, end) { cells[cell] = .waiting }
        for fold in scale.folds where fold.start >= start && fold.end <= end {
            for cell in range(fold.start, fold.end) { cells[cell] = .undrawn }
        }
    }

    private mutating func mark(_ cell: Int, _ eighths: Int) {
        if case .path(let old) = cells[cell], old >= eighths { return }
        cells[cell] = .path(eighths)
    }

    private func range(_ start: UInt64, _ end: UInt64) -> Range<Int> {
        let first = min(scale.eighths(start) / 8, scale.cells - 1)
        return first..<min(scale.cells, max(first + 1, (scale.eighths(end) + 7) / 8))
    }

    /// Runs of one shape share a colour.
    func line() -> StyledLine {
        var line = StyledLine()
        var index = 0
        while index < cells.count {
            let cell = cells[index]
            let end = cells[index...].firstIndex { $0 != cell } ?? cells.count
            line.append(String(repeating: Bar.shape(cell), count: end - index), Bar.role(cell))
            index = end
        }
        return line
    }

    private static let eighths: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]

    private static func shape(_ cell: Cell) -> Character {
        switch cell {
        case .empty: " "
        case .off: "░"
        case .cold: "▚"
        case .waiting: "·"
        case .undrawn: "⋯"
        case .path(let count): eighths[count - 1]
        }
    }

    private static func role(_ cell: Cell) -> Style.Role? {
        switch cell {
        case .empty: nil
        case .off, .waiting, .undrawn: .faint
        case .cold: .cold
        case .path: .critical
        }
    }
}

import TraceAssembly

/// From moments to the cells of a bar.
///
/// A stretch in which nothing ran takes a few cells when it is longer than all the work together: a message that waited
/// six hours must not hide the 300 ms that matter.
struct TimeScale {
    let start: UInt64
    let end: UInt64
    let cells: Int
    /// The stretches that are drawn shorter than they are, in order of time.
    let folds: [Fold]
    private let nanosecondsPerCell: Double

    struct Fold: Hashable {
        var start: UInt64
        var end: UInt64
        var durationNanoseconds: UInt64 { end - start }
    }

    private static let foldCells = 3

    init(_ story: Story, cells: Int) {
        self.cells = max(cells, 1)
        var intervals: [(start: UInt64, end: UInt64)] = []
        intervals.reserveCapacity(story.nodes.count)
        // A span without a start would stretch the axis back to 1970.
        for node in story.nodes where node.startTimeUnixNano > 0 && node.record != nil {
            intervals.append((node.startTimeUnixNano &- node.coldStartNanoseconds, node.endTimeUnixNano))
        }
        intervals.sort { $0.start < $1.start }
        start = intervals.first?.start ?? 0
        var reach = start
        var gaps: [Fold] = []
        for interval in intervals {
            if interval.start > reach { gaps.append(Fold(start: reach, end: interval.start)) }
            reach = max(reach, interval.end)
        }
        end = max(reach, start + 1)
        let idle = gaps.reduce(0) { $0 + $1.durationNanoseconds }
        let busy = end - start - min(idle, end - start)
        let folds = gaps.filter { $0.durationNanoseconds > max(busy, 1) * 2 }
        let folded = folds.reduce(0) { $0 + $1.durationNanoseconds }
        let drawn = max(1, self.cells - folds.count * TimeScale.foldCells)
        self.folds = drawn > folds.count * TimeScale.foldCells ? folds : []
        nanosecondsPerCell =
            self.folds.isEmpty
            ? Double(end - start) / Double(self.cells) : Double(max(1, end - start - folded)) / Double(drawn)
    }

    /// Eighths of cells from the left end.
    func eighths(_ time: UInt64) -> Int {
        guard time > start else { return 0 }
        var nanoseconds = Double(min(time, end) - start)
        for fold in folds where time > fold.start {
            nanoseconds -= Double(min(time, fold.end) - fold.start)
            let share = Double(min(time, fold.end) - fold.start) / Double(fold.durationNanoseconds)
            nanoseconds += share * Double(TimeScale.foldCells) * nanosecondsPerCell
        }
        return min(cells * 8, Int((nanoseconds / nanosecondsPerCell * 8).rounded()))
    }

    /// The moment at the left end of a cell, after the start.
    func nanoseconds(atCell cell: Int) -> UInt64 {
        var rest = Double(cell) * nanosecondsPerCell
        for fold in folds {
            let before = Double(fold.start - start)
            guard rest > before else { break }
            let drawn = Double(TimeScale.foldCells) * nanosecondsPerCell
            rest += Double(fold.durationNanoseconds) - min(drawn, rest - before)
        }
        return UInt64(max(0, rest))
    }
}

import OTLP

/// The spans of a run and what their times are counted from: where a sibling has just ended, the next one starts.
struct SpanFamily {
    private var rows: [SpanID: Int] = [:]
    private(set) var ids: [SpanID] = []
    private var starts: [UInt64] = []
    /// Where the last child of each row ended; 0 while it has none.
    private var childEnds: [UInt64] = []

    var count: Int { starts.count }
    var idCount: Int { ids.count }

    init() {}

    /// Of spans that are known before their times are; of two with one id the first counts.
    init(_ ids: some Sequence<SpanID>) {
        for id in ids {
            if rows[id] == nil { rows[id] = self.ids.count }
            self.ids.append(id)
        }
    }

    func row(of id: SpanID) -> Int? { rows[id] }
    func start(ofRow row: Int) -> UInt64 { starts[row] }

    /// Forgets all rows and keeps the room they took.
    mutating func reset() {
        rows.removeAll(keepingCapacity: true)
        ids.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        childEnds.removeAll(keepingCapacity: true)
    }

    func base(ofRowWithParent parent: Int?, runStart: UInt64) -> UInt64 {
        if let parent, parent >= 0, parent < count {
            return childEnds[parent] != 0 ? childEnds[parent] : starts[parent]
        }
        return starts.last ?? runStart
    }

    mutating func append(start: UInt64, end: UInt64, parent: Int?) {
        if let parent, parent >= 0, parent < count { childEnds[parent] = end }
        starts.append(start)
        childEnds.append(0)
    }

    /// One more row, while reading.
    mutating func append(id: SpanID, start: UInt64, end: UInt64, parent: Int?) {
        ids.append(id)
        append(start: start, end: end, parent: parent)
    }
}

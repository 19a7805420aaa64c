/// The last log lines below the level, bounded by bytes: the oldest make room for the newest.
struct DebugRing {
    /// A line in both its forms, with where each goes when it is let out.
    struct Line {
        var json: [UInt8]
        var record: [UInt8]
        var output: LineOutput?
        var records: RecordQueue?
        var logger: ScopeID
        /// Weak, because what is counted there holds the request that keeps this line.
        weak var counts: BegunCounts?

        var byteCount: Int { json.count + record.count }

        func release() {
            json.withUnsafeBytes { output?.write($0) }
            guard !record.isEmpty else { return }
            let counts = counts
            record.withUnsafeBytes { records?.append($0, scope: logger, counts: counts.map { .passUnretained($0) }) }
            counts?.countLog()
        }
    }

    private let bytesMax: Int
    private var lines: [Line] = []
    /// Lines before it have made room; they are moved out of the array once half of it is such.
    private var first = 0
    private var byteCount = 0

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    mutating func append(_ line: Line) {
        guard line.byteCount <= bytesMax else { return }
        lines.append(line)
        byteCount += line.byteCount
        while byteCount > bytesMax {
            byteCount -= lines[first].byteCount
            lines[first].json = []
            lines[first].record = []
            first += 1
        }
        if first * 2 > lines.count {
            lines.removeFirst(first)
            first = 0
        }
    }

    mutating func takeAll() -> ArraySlice<Line> {
        let all = lines[first...]
        lines = []
        first = 0
        byteCount = 0
        return all
    }
}

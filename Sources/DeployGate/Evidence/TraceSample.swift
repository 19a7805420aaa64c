import OTLP

/// The spans of some traces, 48 bytes each, to judge what only a whole trace shows: parents, callees, how many.
///
/// 1. A trace is sampled by a hash of its id, so that all its spans are, whichever batch they come in.
/// 2. When there are more spans than `Limits.sampledSpansMax`, every second trace is let go.
/// 3. At the end the spans are put in order of trace, and each trace is judged for itself.
struct TraceSample {
    struct Row {
        var trace: TraceID
        var span: SpanID
        var parent: SpanID
        /// Seconds since the start of the window.
        var startSecond: UInt32
        /// A place in the builder's services.
        var service: UInt16
        /// A place in the builder's names of callees; -1 for a span that calls no function by name.
        var callee: Int16
        var kind: UInt8
        var isShort: Bool
    }

    private(set) var rows: [Row] = []
    private(set) var depth: UInt64 = 0
    private let capacity: Int

    init(capacity: Int = Limits.sampledSpansMax) {
        self.capacity = capacity
    }

    func isSampled(_ trace: TraceID) -> Bool {
        depth == 0 || SampledSet.isKept(SampledSet.hash(trace.high, trace.low), depth: depth)
    }

    mutating func append(_ row: Row) {
        rows.append(row)
        while rows.count > capacity {
            depth += 1
            let depth = depth
            rows.removeAll { !SampledSet.isKept(SampledSet.hash($0.trace.high, $0.trace.low), depth: depth) }
        }
    }

    /// Hands over each trace's spans once, those that were sent twice only once. Afterwards the sample is empty.
    mutating func forEachTrace(_ body: (ArraySlice<Row>) -> Void) {
        rows.sort { ($0.trace, $0.span) < ($1.trace, $1.span) }
        var unique = 0
        for index in rows.indices {
            if unique > 0, rows[index].trace == rows[unique - 1].trace, rows[index].span == rows[unique - 1].span {
                continue
            }
            rows[unique] = rows[index]
            unique += 1
        }
        rows.removeLast(rows.count - unique)
        var start = 0
        while start < rows.count {
            var end = start + 1
            while end < rows.count, rows[end].trace == rows[start].trace { end += 1 }
            body(rows[start..<end])
            start = end
        }
    }
}

extension ArraySlice<TraceSample.Row> {
    /// The place of a span in a trace that is in order of span id.
    func place(of span: SpanID) -> Int? {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = (low + high) / 2
            if self[middle].span == span { return middle }
            if self[middle].span < span { low = middle + 1 } else { high = middle }
        }
        return nil
    }
}

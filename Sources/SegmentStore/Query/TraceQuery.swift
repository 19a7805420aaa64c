import OTLP
import TelemetryStore

/// All records of some traces, from the blocks whose filters let them pass.
struct TraceQuery {
    let wanted: Set<TraceID>
    /// What the filters are asked for.
    let hashes: [UInt64]
    private var spans = RecordGrouping<Span>()
    /// What was found under each span id: a span that its client sent again, with the same content, is kept once.
    private var seen: [SpanID: [(origin: BlockOrigin, span: Span)]] = [:]
    private var logs = RecordGrouping<LogRecord>()

    init(_ traces: [TraceID]) {
        wanted = Set(traces)
        hashes = wanted.map(StableHash.of)
    }

    var result: TraceRecords { TraceRecords(traces: spans.data, logs: logs.data) }

    /// Adds what one block holds; what is damaged is told of, and the rest read.
    mutating func read(_ stored: StoredBlock, _ damaged: (StoreError) -> Void) throws(StoreError) {
        guard stored.counts.spans + stored.counts.logs > 0 else { return }
        try stored.reading(damaged) { () throws(StoreError) in
            let block = try stored.open()
            let wanted = wanted
            let runs = try block.traceIDs().enumerated().filter { wanted.contains($0.element) }.map(\.offset)
            for (_, runs) in block.byGroup(runs) {
                try stored.reading(damaged) { () throws(StoreError) in insert(try block.records(ofRuns: runs)) }
            }
        }
    }

    private mutating func insert(_ found: (spans: [(BlockOrigin, Span)], logs: [(BlockOrigin, LogRecord)])) {
        for (origin, span) in found.spans {
            let isAgain = seen[span.spanID]?.contains { $0.span == span && $0.origin == origin } ?? false
            guard !isAgain else { continue }
            seen[span.spanID, default: []].append((origin, span))
            spans.append(span, from: origin)
        }
        for (origin, record) in found.logs { logs.append(record, from: origin) }
    }
}

extension BlockReader {
    /// The spans and log records of some runs, given in order.
    func records(
        ofRuns wanted: [Int], signals: Set<Signal> = [.traces, .logs]
    ) throws(StoreError) -> (spans: [(BlockOrigin, Span)], logs: [(BlockOrigin, LogRecord)]) {
        var spans: [(BlockOrigin, Span)] = []
        var logs: [(BlockOrigin, LogRecord)] = []
        var spanReader = SpanReader()
        var logReader = LogRecordReader()
        let origins = origins
        for (group, runs) in byGroup(wanted) {
            try read(runs, ofGroup: group, signals: signals) { (signal, _, origin, message) throws(StoreError) in
                guard origins.indices.contains(Int(truncatingIfNeeded: origin)) else {
                    throw StoreError(.corrupt, "cannot read a block: an origin is missing")
                }
                let origin = origins[Int(origin)]
                let range = WireRange(start: 0, count: UInt32(message.count))
                do throws(WireError) {
                    if signal == .traces {
                        _ = try spanReader.read(range, in: message.span)
                        spans.append((origin, try Span(spanReader, in: message.span)))
                    } else {
                        _ = try logReader.read(range, in: message.span)
                        logs.append((origin, try LogRecord(logReader, in: message.span)))
                    }
                } catch {
                    throw StoreError(.corrupt, "cannot read a block: a record is damaged (\(error.code.rawValue))")
                }
            }
        }
        return (spans, logs)
    }

    /// Runs in order, those of each group together.
    func byGroup(_ runs: [Int]) -> [(group: Int, runs: [Int])] {
        var result: [(group: Int, runs: [Int])] = []
        var group = 0
        for run in runs {
            while group < groups.count, !groups[group].runs.contains(run) { group += 1 }
            guard group < groups.count else { break }
            if result.last?.group == group {
                result[result.count - 1].runs.append(run)
            } else {
                result.append((group, [run]))
            }
        }
        return result
    }

    /// Gives the spans and log records of some runs of one group as messages: signal, run, code of the origin, bytes.
    ///
    /// - Parameter opened: the group's rows of one of the signals, at their beginning, when they are open already.
    func read(
        _ wanted: [Int], ofGroup group: Int, signals: Set<Signal>, opened: RowReader? = nil,
        _ receive: (Signal, Int, UInt64, [UInt8]) throws(StoreError) -> Void
    ) throws(StoreError) {
        let traceIDs = try traceIDs()
        // The logs of a run say by rows which spans they belong to, so these are known for them, too.
        let hasLogs = signals.contains(.logs) && wanted.contains { runs[$0].counts.logs > 0 }
        let hasSpans = signals.contains(.traces)
        var families = [SpanFamily](repeating: SpanFamily(), count: wanted.count)
        if groups[group].counts.spans > 0, hasSpans || hasLogs {
            var rows = try self.rows(of: .traces, group: group, opened: opened)
            var run = groups[group].runs.lowerBound
            for (place, next) in wanted.enumerated() {
                let skipped = runs[run..<next].reduce(0) { $0 + $1.counts.spans }
                let (count, start) = (runs[next].counts.spans, runs[next].start)
                run = next + 1
                guard hasSpans else {
                    try SpanRows.skipMembers(skipped, &rows)
                    try SpanRows.readFamily(count, start: start, &rows, &families[place])
                    continue
                }
                try SpanRows.skip(skipped, &rows)
                try SpanRows.read(count, of: traceIDs[next], start: start, &rows, &families[place]) {
                    (origin, message) throws(StoreError) in try receive(.traces, next, origin, message)
                }
            }
        }
        if hasLogs {
            var rows = try self.rows(of: .logs, group: group, opened: opened)
            var run = groups[group].runs.lowerBound
            for (place, next) in wanted.enumerated() {
                try LogRows.skip(runs[run..<next].reduce(0) { $0 + $1.counts.logs }, &rows)
                run = next + 1
                try LogRows.read(
                    runs[next].counts.logs, of: traceIDs[next], start: runs[next].start, &rows, families[place]
                ) { (origin, message) throws(StoreError) in try receive(.logs, next, origin, message) }
            }
        }
    }

    /// Gives the points of one group.
    func readPoints(
        ofGroup group: Int, _ receive: (MetricPoint) throws(StoreError) -> Void
    ) throws(StoreError) {
        guard groups[group].counts.points > 0 else { return }
        var rows = try self.rows(of: .metrics, group: group)
        for run in groups[group].runs { try PointRows.read(runs[run].counts.points, &rows, receive) }
    }
}

import OTLP

/// Turns request bodies of all signals into blocks.
///
/// 1. Gather where the records of all bodies stand, of which trace and time they are.
/// 2. Sort the notes into runs: the spans of a trace, then its logs; the traces in order of their first record.
/// 3. Read the records in that order, straight into columns; a block ends where it is full and a run is at its end.
///
/// Cost: nothing is copied but what the columns keep; no object is made for a span, a log record or an attribute.
struct BlockMaker {
    private let bodies: [[UInt8]]
    private var locations: [RecordLocation] = []
    private var points: [MetricPoint] = []
    private var origins = OriginTable()
    private let options: Options

    struct Options {
        var keys: [CorrelationKeyText]
        var compressionLevel: Int32
    }

    static func blocks(of bodies: [LocatedBody], _ options: Options) throws(WireError) -> [EncodedBlock] {
        var maker = BlockMaker(bodies: bodies.map(\.bytes), options: options)
        maker.locations.reserveCapacity(bodies.reduce(0) { $0 + $1.records.count })
        for (index, body) in bodies.enumerated() {
            if body.signal == .metrics { try maker.collectPoints(index) }
            maker.gather(body, index)
        }
        return try maker.blocks()
    }

    private init(bodies: [[UInt8]], options: Options) {
        self.bodies = bodies
        self.options = options
    }

    private mutating func gather(_ body: LocatedBody, _ index: Int) {
        let codes = body.origins.map { origins.code(of: $0, in: body.bytes.span) }
        for var record in body.records {
            record.body = index
            record.origin = codes[Int(record.origin)]
            locations.append(record)
        }
    }

    private mutating func collectPoints(_ body: Int) throws(WireError) {
        var walker = ExportWalker(PointCollector(points, origins), isTrusted: true)
        points = []
        origins = OriginTable()
        let bytes = bodies[body]
        try walker.walk(bytes.span)
        points = walker.visitor.points
        origins = walker.visitor.origins
    }

    private mutating func blocks() throws(WireError) -> [EncodedBlock] {
        locations = RecordLocation.sorted(locations)
        points.sort(by: MetricPoint.precedes)
        var blocks: [EncodedBlock] = []
        var block = BlockBuilder(keys: options.keys, compressionLevel: options.compressionLevel)
        var spans = SpanReader(isTrusted: true)
        var logs = LogRecordReader(isTrusted: true)
        var family = SpanFamily()
        for run in runs() {
            if block.isFull {
                blocks.append(block.encoded())
                block = BlockBuilder(keys: options.keys, compressionLevel: options.compressionLevel)
            }
            block.beginRun(of: run.traceID, start: run.start)
            family.reset(to: locations[run.spans].lazy.map(\.spanID))
            try SpanRows.append(
                locations[run.spans], of: bodies, origins, start: run.start, to: &block, &family, &spans)
            let records = inOrderOfSpans(run.logs, family)
            try LogRows.append(records, of: bodies, origins, start: run.start, to: &block, family, &logs)
            PointRows.append(points[run.points], origins, to: &block)
        }
        if !block.isEmpty { blocks.append(block.encoded()) }
        return blocks
    }

    /// The rows of one trace, or some of those of a very long one.
    private struct Run {
        var traceID = TraceID.zero
        var start: UInt64 = 0
        var spans = 0..<0
        var logs = 0..<0
        var points = 0..<0
    }

    /// Spans and logs by trace, in the order of their first record; then the points.
    private func runs() -> [Run] {
        var runs: [Run] = []
        var first = 0
        while first < locations.count {
            let trace = locations[first].traceID
            let spans = stretch(of: trace, .traces, from: first)
            let logs = stretch(of: trace, .logs, from: spans.upperBound)
            append(trace, spans, logs, to: &runs)
            first = logs.upperBound
        }
        runs.sort { $0.start < $1.start }
        for first in stride(from: 0, to: points.count, by: Limits.groupRowsMax) {
            runs.append(Run(points: first..<min(first + Limits.groupRowsMax, points.count)))
        }
        return runs
    }

    private func stretch(of trace: TraceID, _ signal: Signal, from first: Int) -> Range<Int> {
        var end = first
        while end < locations.count, locations[end].traceID == trace, locations[end].signal == signal { end += 1 }
        return first..<end
    }

    /// As one run, or as several when there are more rows than a group should have.
    private func append(_ trace: TraceID, _ spans: Range<Int>, _ logs: Range<Int>, to runs: inout [Run]) {
        var (spans, logs) = (spans, logs)
        func take(_ rows: inout Range<Int>) -> Range<Int> {
            let end = min(rows.lowerBound + Limits.groupRowsMax, rows.upperBound)
            defer { rows = end..<rows.upperBound }
            return rows.lowerBound..<end
        }
        repeat {
            var run = Run(traceID: trace, spans: take(&spans), logs: take(&logs))
            run.start =
                [run.spans, run.logs].compactMap { $0.isEmpty ? nil : locations[$0.lowerBound].timeUnixNano }.min() ?? 0
            runs.append(run)
        } while !spans.isEmpty || !logs.isEmpty
    }

    private func inOrderOfSpans(_ logs: Range<Int>, _ family: SpanFamily) -> ArraySlice<RecordLocation> {
        guard family.idCount > 0, !logs.isEmpty else { return locations[logs] }
        var records = Array(locations[logs])
        for index in records.indices where !records[index].spanID.isZero {
            if let row = family.row(of: records[index].spanID) { records[index].spanRow = Int32(row) }
        }
        return records.sorted(by: RecordLocation.precedesInRun)[...]
    }
}

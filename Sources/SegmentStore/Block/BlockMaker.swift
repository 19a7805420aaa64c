import OTLP

/// A block as it goes into a segment.
struct EncodedBlock {
    var signal: Signal
    var rowCount: Int
    var traces: [BlockBuilder.TraceRun]
    var payload: [UInt8]
}

/// Turns request bodies into blocks.
///
/// 1. Walk each body and note where its records stand, of which trace and time they are.
/// 2. Sort the notes into trace order.
/// 3. Read the records again in that order, straight into columns; a block ends when it is full and its trace is at an
///    end, so that a trace is not torn.
/// 4. Compress.
///
/// Cost: the bodies are read twice and never copied; no object is made for a record or an attribute.
enum BlockMaker {
    static let level: Int32 = 3

    static func blocks(of bodies: [[UInt8]], _ signal: Signal) throws(WireError) -> [EncodedBlock] {
        switch signal {
        case .traces:
            var reader = SpanReader()
            return try blocks(of: bodies, signal) { (locations, block) throws(WireError) in
                try SpanBlock.append(locations, of: bodies, to: &block, &reader)
            } locator: {
                RecordLocator<SpanReader>()
            }
        case .logs:
            var reader = LogRecordReader()
            return try blocks(of: bodies, signal) { (locations, block) throws(WireError) in
                try LogBlock.append(locations, of: bodies, to: &block, &reader)
            } locator: {
                RecordLocator<LogRecordReader>()
            }
        case .metrics:
            return try blocks(of: bodies, signal) { (locations, block) throws(WireError) in
                MetricBlock.append(locations, of: bodies, to: &block)
            } locator: {
                RecordLocator<MetricReader>()
            }
        }
    }

    private static func blocks<Reader>(
        of bodies: [[UInt8]], _ signal: Signal,
        append: (ArraySlice<RecordLocation>, inout BlockBuilder) throws(WireError) -> Void,
        locator: () -> RecordLocator<Reader>
    ) throws(WireError) -> [EncodedBlock] {
        var walker = ExportWalker(locator())
        for (index, body) in bodies.enumerated() {
            walker.visitor.body = index
            try walker.walk(body.span)
        }
        let locations = walker.visitor.locations.sorted(by: RecordLocation.precedes)
        var blocks: [EncodedBlock] = []
        var block = BlockBuilder(origins: walker.visitor.origins)
        func seal() {
            let payload = block.encoded(level: level)
            blocks.append(
                EncodedBlock(signal: signal, rowCount: block.rowCount, traces: block.traces, payload: payload))
        }
        var start = 0
        while start < locations.count {
            let end = traceEnd(in: locations, from: start)
            try append(locations[start..<end], &block)
            start = end
            if block.rowCount >= Limits.blockRowsMax, start < locations.count {
                seal()
                block = BlockBuilder(origins: walker.visitor.origins)
            }
        }
        if block.rowCount > 0 { seal() }
        return blocks
    }

    /// Where the run of one trace ends; a run longer than a block is cut.
    private static func traceEnd(in locations: [RecordLocation], from start: Int) -> Int {
        var end = start + 1
        while end < locations.count, end - start < Limits.blockRowsMax,
            locations[end].traceID == locations[start].traceID
        {
            end += 1
        }
        return end
    }
}

import GRDB
import OTLP
import TelemetryStore

/// Rewrites segments as one file, with the rows of each trace together however they arrived.
///
/// 1. List the runs of all blocks, join those of one trace, and sort the traces by their first record.
/// 2. Take traces in that order until a block is full; read their rows, group after group, from where they are.
/// 3. Ask retention about each trace; make a block of what is kept and write it behind the others.
/// 4. Points follow, block by block.
///
/// To seal is less: blocks that are large enough go over as they are, and only the small ones become larger.
///
/// What is damaged is told of and left out.
///
/// Cost: memory for one block of rows and one entry a trace; most groups are read once.
struct Compaction {
    let keys: [CorrelationKey]
    /// What is kept, as of now.
    let retention: Retention.Judge
    let level: Int32
    /// Blocks with as many rows and more are copied as they are; `nil` makes all anew.
    var copiedRowsMin: Int?
    /// Whether the store is closing: what takes minutes then ends at the next block.
    let isCancelled: () -> Bool
    /// Told of what could not be read.
    let damaged: (StoreError) -> Void

    private struct Place {
        var block: Int
        var run: Int
    }

    private struct Trace {
        var id: TraceID
        var start: UInt64
        var rowCount: Int
        var places: [Place]
    }

    /// Writes all that `segments` hold and retention keeps to a new file at `path`, and says how many records it has.
    func write(_ segments: [Segment], to path: String) throws(StoreError) -> SignalCounts {
        let output = try SegmentFile(creating: path)
        var written = SignalCounts()
        var readers: [BlockReader] = []
        for segment in segments {
            for block in try segment.blocks(damaged) where try !copy(block, to: output, &written) {
                try block.reading(damaged) { () throws(StoreError) in
                    let reader = try block.open()
                    _ = try reader.traceIDs()
                    readers.append(reader)
                }
            }
        }
        var batch: [Trace] = []
        var rowCount = 0
        for trace in try traces(readers) {
            batch.append(trace)
            rowCount += trace.rowCount
            if rowCount >= Limits.blockRowsMax {
                try write(batch, of: readers, to: output, &written)
                batch = []
                rowCount = 0
            }
        }
        try write(batch, of: readers, to: output, &written)
        try writePoints(of: readers, to: output, &written)
        try output.close(arrived: retention.arrival, judged: retention.now)
        return written
    }

    /// `false` for a block that is to be made anew: a small one, one of which retention may not keep all, and a damaged one.
    private func copy(
        _ block: StoredBlock, to output: SegmentFile, _ written: inout SignalCounts
    ) throws(StoreError) -> Bool {
        guard let copiedRowsMin, block.counts.total >= copiedRowsMin, retention.keepsAll(since: block.times.first)
        else { return false }
        let encoded: EncodedBlock
        do throws(StoreError) {
            encoded = try block.encoded()
        } catch {
            guard error.code == .corrupt else { throw error }
            return false
        }
        try append(encoded, to: output, &written)
        return true
    }

    /// Reads a group; what is damaged is told of, and any other failure is thrown.
    private func reading(_ reader: BlockReader, _ work: () throws(StoreError) -> Void) throws(StoreError) {
        do throws(StoreError) {
            try work()
        } catch {
            guard error.code == .corrupt else { throw error }
            damaged(StoreError(.corrupt, error.message, place: reader.place))
        }
    }

    private func traces(_ readers: [BlockReader]) throws(StoreError) -> [Trace] {
        var traces: [Trace] = []
        var places: [TraceID: Int] = [:]
        for (block, reader) in readers.enumerated() {
            let ids = try reader.traceIDs()
            for (run, id) in ids.enumerated() where reader.runs[run].counts.spans + reader.runs[run].counts.logs > 0 {
                let stored = reader.runs[run]
                let rows = stored.counts.spans + stored.counts.logs
                let place = Place(block: block, run: run)
                if !id.isZero, let known = places[id] {
                    traces[known].places.append(place)
                    traces[known].rowCount += rows
                    traces[known].start = min(traces[known].start, stored.start)
                } else {
                    places[id] = traces.count
                    traces.append(Trace(id: id, start: stored.start, rowCount: rows, places: [place]))
                }
            }
        }
        return traces.sorted { $0.start < $1.start }
    }

    private func write(
        _ traces: [Trace], of readers: [BlockReader], to output: SegmentFile, _ written: inout SignalCounts
    ) throws(StoreError) {
        let traces = retention.keepsEverything ? traces : try kept(traces, of: readers)
        var byBlock: [Int: [Int]] = [:]
        for place in traces.lazy.flatMap(\.places) { byBlock[place.block, default: []].append(place.run) }
        var bodies: [(signal: Signal, bytes: [UInt8])] = []
        for (block, runs) in byBlock.sorted(by: { $0.key < $1.key }) {
            let reader = readers[block]
            for (group, runs) in reader.byGroup(runs.sorted()) {
                try reading(reader) { () throws(StoreError) in
                    var spans = OriginBodies()
                    var logs = OriginBodies()
                    try reader.read(runs, ofGroup: group, signals: [.traces, .logs]) { signal, _, origin, message in
                        if signal == .traces {
                            spans.append(message, from: origin)
                        } else {
                            logs.append(message, from: origin)
                        }
                    }
                    if !spans.isEmpty { bodies.append((.traces, spans.request(reader.origins))) }
                    if !logs.isEmpty { bodies.append((.logs, logs.request(reader.origins))) }
                }
            }
        }
        for reader in readers { reader.releaseTexts() }
        try write(bodies, to: output, &written)
    }

    /// The traces that retention keeps. Log records without a trace are judged by runs.
    private func kept(_ traces: [Trace], of readers: [BlockReader]) throws(StoreError) -> [Trace] {
        var summaries: [Retention.TraceSummary] = []
        var owners: [Int: [Int: Int]] = [:]
        for (number, trace) in traces.enumerated() {
            let id = trace.id.isZero ? TraceID(high: 0, low: trace.start) : trace.id
            summaries.append(Retention.TraceSummary(id: id))
            for place in trace.places { owners[place.block, default: [:]][place.run] = number }
        }
        var spans = SpanReader()
        var logs = LogRecordReader()
        for (block, owners) in owners {
            for (group, runs) in readers[block].byGroup(owners.keys.sorted()) {
                try reading(readers[block]) { () throws(StoreError) in
                    try readers[block].read(runs, ofGroup: group, signals: [.traces, .logs]) {
                        (signal, run, _, message) throws(StoreError) in
                        guard let owner = owners[run] else { return }
                        let range = WireRange(start: 0, count: UInt32(message.count))
                        do throws(WireError) {
                            if signal == .traces {
                                _ = try spans.read(range, in: message.span)
                                summaries[owner].include(spans, retention)
                            } else {
                                _ = try logs.read(range, in: message.span)
                                summaries[owner].include(logs, retention)
                            }
                        } catch {
                            throw StoreError(
                                .corrupt, "cannot read a block: a record is damaged (\(error.code.rawValue))")
                        }
                    }
                }
            }
        }
        return zip(traces, summaries).filter { retention.keeps($1) }.map(\.0)
    }

    private func writePoints(
        of readers: [BlockReader], to output: SegmentFile, _ written: inout SignalCounts
    ) throws(StoreError) {
        for reader in readers {
            for group in reader.groups.indices where reader.groups[group].counts.points > 0 {
                guard retention.keeps(pointsUntil: reader.groups[group].summary.times.last) else { continue }
                var body: [UInt8] = []
                try reading(reader) { () throws(StoreError) in
                    body = try ExportQuery.body(of: .metrics, group: group, in: reader)
                }
                if !body.isEmpty { try write([(.metrics, body)], to: output, &written) }
            }
        }
    }

    private func write(
        _ bodies: [(signal: Signal, bytes: [UInt8])], to output: SegmentFile, _ written: inout SignalCounts
    ) throws(StoreError) {
        guard !isCancelled() else {
            throw StoreError(.unavailable, "cannot write segments anew: the store is closing")
        }
        guard !bodies.isEmpty else { return }
        let options = BlockMaker.Options(keys: keys.map(CorrelationKeyText.init), compressionLevel: level)
        let blocks = try storeErrors(at: nil) {
            try BlockMaker.blocks(of: bodies.map { try LocatedBody(trusted: $0.bytes, of: $0.signal) }, options)
        }
        for block in blocks { try append(block, to: output, &written) }
    }

    private func append(
        _ block: EncodedBlock, to output: SegmentFile, _ written: inout SignalCounts
    ) throws(StoreError) {
        try output.append(block)
        for signal in Signal.allCases { written[signal] += block.counts[signal] }
    }
}

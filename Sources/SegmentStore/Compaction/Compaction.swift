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
/// Cost: memory for one block of rows and one entry a trace; most groups are read once.
struct Compaction {
    let keys: [CorrelationKey]
    /// What is kept, as of now.
    let retention: Retention.Judge
    let level: Int32

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
        var blocks: [StoredBlock] = []
        for segment in segments { blocks += try segment.blocks() }
        let readers = try blocks.map { block throws(StoreError) in try block.open() }
        let output = try SegmentFile(creating: path)
        var written = SignalCounts()
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
        try output.close()
        return written
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
        let keep = retention.keepsEverything ? nil : try kept(traces, of: readers)
        var byBlock: [Int: [Int]] = [:]
        for trace in traces where keep?.contains(trace.id) ?? true {
            for place in trace.places { byBlock[place.block, default: []].append(place.run) }
        }
        var bodies: [(signal: Signal, bytes: [UInt8])] = []
        for (block, runs) in byBlock.sorted(by: { $0.key < $1.key }) {
            let reader = readers[block]
            for (group, runs) in reader.byGroup(runs.sorted()) {
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
        try write(bodies, to: output, &written)
    }

    /// The traces that retention keeps, judged by their spans.
    private func kept(_ traces: [Trace], of readers: [BlockReader]) throws(StoreError) -> Set<TraceID> {
        var kept: Set<TraceID> = []
        for trace in traces {
            var summary = Retention.TraceSummary(id: trace.id, lastTime: trace.start)
            for place in trace.places {
                for (_, span) in try readers[place.block].records(ofRuns: [place.run], signals: [.traces]).spans {
                    summary.include(span)
                }
            }
            if retention.keeps(summary) { kept.insert(trace.id) }
        }
        return kept
    }

    private func writePoints(
        of readers: [BlockReader], to output: SegmentFile, _ written: inout SignalCounts
    ) throws(StoreError) {
        for reader in readers {
            for group in reader.groups.indices where reader.groups[group].counts.points > 0 {
                guard retention.keeps(pointsUntil: reader.groups[group].summary.times.last) else { continue }
                let body = try storeErrors(at: nil) { try ExportQuery.body(of: .metrics, group: group, in: reader) }
                try write([(.metrics, body)], to: output, &written)
            }
        }
    }

    private func write(
        _ bodies: [(signal: Signal, bytes: [UInt8])], to output: SegmentFile, _ written: inout SignalCounts
    ) throws(StoreError) {
        guard !bodies.isEmpty else { return }
        let options = BlockMaker.Options(keys: keys.map(CorrelationKeyText.init), compressionLevel: level)
        let blocks = try storeErrors(at: nil) { try BlockMaker.blocks(of: bodies, options) }
        for block in blocks {
            try output.append(block)
            written.spans += block.counts.spans
            written.logs += block.counts.logs
            written.points += block.counts.points
        }
    }
}

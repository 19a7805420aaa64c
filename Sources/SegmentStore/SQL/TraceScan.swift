import OTLP
import TelemetryStore

/// The table `traces`: a row a trace, put together from all blocks that have some of it.
///
/// 1. Candidates: the traces that are asked for; or, when a time range is, those with a record in a block of that time.
/// 2. Every block adds what it has of the candidates. A trace that began before the range is whole therefore, and SQLite
///    leaves it out.
final class TraceScan: TableScan {
    enum Column: Int, CaseIterable {
        case traceID, service, name, time, duration, durationMilliseconds, spans, logs, errors

        var definition: SQLColumn {
            switch self {
            case .traceID: .text("trace_id", .traceID)
            case .service: .text("service")
            case .name: .text("name")
            case .time: .integer("time", .time)
            case .duration: .integer("duration")
            case .durationMilliseconds: .real("duration_ms")
            case .spans: .integer("spans")
            case .logs: .integer("logs")
            case .errors: .integer("errors")
            }
        }
    }

    private let context: SQLContext
    private let filter: RecordFilter
    private var traces: [(id: TraceID, summary: TraceSummary)]?
    private var place = -1

    init(_ filter: RowFilter, _ context: SQLContext) {
        self.filter = filter.records
        self.context = context
    }

    // MARK: Rows

    func next() throws(StoreError) -> Bool {
        if traces == nil { traces = try gather() }
        place += 1
        return place < traces?.count ?? 0
    }

    var rowID: Int64 {
        guard let traces, traces.indices.contains(place) else { return 0 }
        return Int64(bitPattern: StableHash.of(traces[place].id))
    }

    func column(_ number: Int, _ result: SQLResult) throws(StoreError) {
        guard let traces, traces.indices.contains(place) else { return }
        let (id, summary) = traces[place]
        switch Column(rawValue: number) {
        case .traceID: result.text(id.hex)
        case .service: if let service = summary.root?.service { result.text(service) } else { result.null() }
        case .name: if let name = summary.root?.name { result.textIfAny(name) } else { result.null() }
        case .time: result.time(summary.start)
        case .duration: result.integer(clamping: summary.duration)
        case .durationMilliseconds: result.real(Double(summary.duration) / 1e6)
        case .spans: result.integer(summary.spanCount)
        case .logs: result.integer(summary.logCount)
        case .errors: result.integer(summary.errorCount)
        case nil: result.null()
        }
    }

    // MARK: Gathering

    /// Newest first.
    private func gather() throws(StoreError) -> [(id: TraceID, summary: TraceSummary)] {
        var gathering = TraceGathering(candidates: try candidates())
        for (place, stored) in context.blocks.enumerated() where stored.counts.spans + stored.counts.logs > 0 {
            try context.check()
            do throws(StoreError) {
                guard try mayHaveCandidates(stored) else { continue }
                let block = try context.block(place)
                for group in block.groups.indices { try gathering.add(block, group: group, context) }
            } catch {
                if error.code == .expired { throw error }
                context.damaged(error)
            }
        }
        return gathering.traces.map { ($0.key, $0.value) }.sorted { $0.summary.start > $1.summary.start }
    }

    private func mayHaveCandidates(_ stored: StoredBlock) throws(StoreError) -> Bool {
        guard !filter.traces.isEmpty else { return true }
        for trace in filter.traces where try stored.mayHave(id: StableHash.of(trace)) { return true }
        return false
    }

    /// `nil` when every trace is one.
    private func candidates() throws(StoreError) -> Set<TraceID>? {
        guard filter.traces.isEmpty else { return filter.traces }
        guard let time = filter.time else { return nil }
        var candidates: Set<TraceID> = []
        for (place, stored) in context.blocks.enumerated() where stored.counts.spans + stored.counts.logs > 0 {
            guard stored.times.first < time.upperBound, stored.times.last >= time.lowerBound else { continue }
            try context.check()
            do throws(StoreError) {
                let block = try context.block(place)
                let ids = try block.traceIDs()
                for group in block.groups where group.summary.times.first < time.upperBound {
                    guard group.summary.times.last >= time.lowerBound else { continue }
                    candidates.formUnion(ids[group.runs])
                }
            } catch {
                context.damaged(error)
            }
        }
        return candidates
    }
}

/// What is known of a trace.
struct TraceSummary {
    /// Nanoseconds since the epoch; 0 while no span with a time was seen.
    var start: UInt64 = 0
    var end: UInt64 = 0
    var spanCount = 0
    var logCount = 0
    var errorCount = 0
    /// The earliest span without a parent, or else the earliest of all.
    var root: Root?

    struct Root {
        var start: UInt64
        var hasParent: Bool
        var service: String?
        var name: String

        func precedes(_ other: Root) -> Bool {
            hasParent != other.hasParent ? !hasParent : start < other.start
        }
    }

    var duration: UInt64 { end > start ? end - start : 0 }

    mutating func include(start: UInt64, duration: UInt64) {
        guard start != 0 else { return }
        if self.start == 0 || start < self.start { self.start = start }
        end = max(end, start &+ duration)
    }
}

/// Sums of traces while the blocks are walked.
struct TraceGathering {
    let candidates: Set<TraceID>?
    private(set) var traces: [TraceID: TraceSummary] = [:]

    init(candidates: Set<TraceID>?) {
        self.candidates = candidates
    }

    mutating func add(_ block: BlockReader, group: Int, _ context: SQLContext) throws(StoreError) {
        let ids = try block.traceIDs()
        let runs = block.groups[group].runs
        guard runs.contains(where: { isWanted(ids[$0]) }) else { return }
        context.groupsRead += 1
        guard block.groups[group].counts.spans > 0 else {
            for run in runs where isWanted(ids[run]) { addLogs(of: run, ids[run], block) }
            return
        }
        var rows = try block.rows(of: .traces, group: group)
        let times = try SpanTimes(block, group: group, &rows)
        let parents = try rows.values(.spanParent)
        let statuses = try rows.values(.spanStatus)
        let names = try rows.values(.spanName)
        let origins = try rows.values(.spanOrigin)
        guard [parents, statuses, names, origins].allSatisfy({ $0.count == times.starts.count }) else {
            throw RowReader.damaged(.spanName)
        }
        let services = block.services
        let error = 1 + Zigzag.encode(Int64(Span.Status.Code.error.rawValue))
        var row = 0
        for run in runs {
            let next = row + block.runs[run].counts.spans
            defer { row = next }
            guard isWanted(ids[run]) else { continue }
            addLogs(of: run, ids[run], block)
            guard row < next else { continue }
            var summary = traces[ids[run]] ?? TraceSummary()
            for row in row..<next {
                summary.spanCount += 1
                summary.include(start: times.starts[row], duration: times.durations[row])
                if statuses[row] == error { summary.errorCount += 1 }
                var root = TraceSummary.Root(start: times.starts[row], hasParent: parents[row] != 0, name: "")
                if let known = summary.root, !root.precedes(known) { continue }
                root.name = try block.withText(names[row], group: group) { String(decoding: $0, as: UTF8.self) }
                root.service = origins[row] < UInt64(services.count) ? services[Int(origins[row])] : nil
                summary.root = root
            }
            traces[ids[run]] = summary
        }
        if traces.count > Limits.sqlTracesMax {
            throw StoreError(
                .expired,
                "cannot answer in SQL: there are more than \(Limits.sqlTracesMax) traces; give a time range or trace ids"
            )
        }
    }

    /// Logs count; times are those of spans.
    private mutating func addLogs(of run: Int, _ trace: TraceID, _ block: BlockReader) {
        guard block.runs[run].counts.logs > 0 else { return }
        traces[trace, default: TraceSummary()].logCount += block.runs[run].counts.logs
    }

    private func isWanted(_ trace: TraceID) -> Bool {
        !trace.isZero && candidates?.contains(trace) ?? true
    }
}

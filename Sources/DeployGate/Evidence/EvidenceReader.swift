public import TelemetryStore
import OTLP

/// Reads what a deployment's functions sent, in bounded time and memory, however much it is.
///
/// 1. The store counts: spans by service, name, kind and version, with durations, in the window and before it; and names by the
///    hour, of services that have many.
/// 2. Few spans are read whole, with all log lines.
/// 3. Of many, whole traces are read with their log lines: the last of each of many stretches of the window, the newest
///    that failed, and for a service that these hardly have or that fails in none of them, its own. Log lines of no trace are
///    taken in the same way.
/// 4. Of metrics the newest points of each series are read (`EvidenceReader+Metrics.swift`).
public struct EvidenceReader {
    let source: any EvidenceSource
    let window: TimeWindow
    /// What lies before the window, to compare with.
    let history: TimeWindow
    private let version: String?
    private let thresholds: Thresholds
    var builder: EvidenceBuilder
    /// Series of which the newest point has been read: an older one of a cumulative series says nothing more.
    var cumulativeSeries: Set<String> = []

    /// - Parameter version: when there is one, the evidence is what this version sent since `history` began, and what other
    ///   versions sent is history.
    public init(
        _ source: any EvidenceSource, window: TimeWindow, history: TimeWindow, version: String? = nil,
        configuration: GateConfiguration = GateConfiguration()
    ) {
        self.source = source
        thresholds = configuration.thresholds
        self.window = window
        self.history = history
        self.version = version
        builder = EvidenceBuilder(window: window, version: version)
    }

    public consuming func read() async throws(StoreError) -> Evidence {
        var totals = try await count(since: window.sinceUnixNano)
        let spanCount = totals.reduce(0) { $0 + $1.row.count }
        totals += try await count(since: history.sinceUnixNano, until: window.sinceUnixNano)
        let logRows = try await source.aggregate(
            Aggregation(.logs, filter(since: window.sinceUnixNano), groupBy: [.service]))
        let logCount = logRows.reduce(0) { $0 + $1.count }
        if spanCount + logCount <= Limits.wholeRecordsMax {
            try await readAllSpans(filter(since: window.sinceUnixNano))
            try await readAllLogs(filter(since: window.sinceUnixNano))
        } else {
            let services = Set(totals.compactMap(\.service)).union(logRows.compactMap { $0.key.first ?? nil })
            let failing = totals.filter { !$0.isBeforeWindow && $0.row.errorCount > 0 }.compactMap(\.service)
            try await readSample(services: services, failing: Set(failing))
        }
        // The newest lines from before the window say which keys there were.
        try await readAllLogs(filter(since: history.sinceUnixNano, until: window.sinceUnixNano), pages: 1)
        try await readMetrics()
        builder.count(totals, logs: logRows)
        try await countNamesByTheHour(totals)
        return builder.finish()
    }

    // MARK: Counting

    private func count(since: UInt64, until: UInt64 = .max) async throws(StoreError) -> [SpanTotal] {
        guard since < until else { return [] }
        let rows = try await source.aggregate(
            Aggregation(
                .traces, filter(since: since, until: until),
                groupBy: [.service, .name, .kind] + (version == nil ? [] : [.attribute("service.version")])))
        return rows.map { SpanTotal($0, isBeforeWindow: since < window.sinceUnixNano) }
    }

    /// Names in each hour matter only where there are many in all.
    private mutating func countNamesByTheHour(_ totals: [SpanTotal]) async throws(StoreError) {
        var names: [String: Set<String>] = [:]
        for total in totals where !total.isBeforeWindow {
            if let service = total.service { names[service, default: []].insert(total.name) }
        }
        let services = names.filter { $0.value.count > thresholds.spanNamesMax }.keys.sorted()
        guard !services.isEmpty else { return }
        var filter = filter(since: window.sinceUnixNano)
        filter.services = Set(services)
        let rows = try await source.aggregate(
            Aggregation(.traces, filter, groupBy: [.service, .name], bucketNanoseconds: 3_600_000_000_000))
        builder.countNames(byTheHour: rows)
    }

    private func filter(since: UInt64, until: UInt64 = .max) -> RecordFilter {
        var filter = RecordFilter()
        filter.time = since..<max(since, until)
        return filter
    }

    // MARK: Everything

    private mutating func readAllSpans(_ filter: RecordFilter) async throws(StoreError) {
        var search = SpanSearch(filter, limit: Limits.pageRecords)
        repeat {
            let page = try await source.spans(search)
            builder.add(page.records)
            search.after = page.next
        } while search.after != nil
    }

    private mutating func readAllLogs(_ filter: RecordFilter, pages: Int = .max) async throws(StoreError) {
        var search = LogSearch(filter, limit: Limits.pageRecords)
        var count = 0
        repeat {
            let page = try await source.logs(search)
            builder.add(page.records)
            search.after = page.next
            count += 1
        } while search.after != nil && count < pages
    }

    // MARK: A sample

    private mutating func readSample(services: Set<String>, failing: Set<String>) async throws(StoreError) {
        var traces: Set<TraceID> = []
        let end = min(window.untilUnixNano, UInt64.max - 1)
        let stretch = max(1, (end - window.sinceUnixNano) / UInt64(Limits.sampledStretches))
        for number in 0..<UInt64(Limits.sampledStretches) {
            let start = window.sinceUnixNano + number * stretch
            let filter = filter(since: start, until: start + stretch)
            try await find(&traces, filter, limit: Limits.sampledSpansPerStretch)
            if number % 4 == 0 { try await readLooseLogs(filter) }
        }
        var newestFailed = filter(since: window.sinceUnixNano)
        newestFailed.status = .error
        try await find(&traces, newestFailed, limit: Limits.sampledFailures)
        try await readWhole(traces)

        var more: Set<TraceID> = []
        let failed = builder.servicesWithFailures
        for service in services.sorted() {
            var own = filter(since: window.sinceUnixNano)
            own.services = [service]
            if failing.contains(service), !failed.contains(service) {
                var ownFailed = own
                ownFailed.status = .error
                try await find(&more, ownFailed, limit: Limits.sampledFailuresPerService)
            }
            if builder.spanCount(ofServiceNamed: service) < Limits.sampledSpansPerService {
                try await find(&more, own, limit: Limits.sampledSpansPerService)
            }
            if builder.logCount(ofServiceNamed: service) == 0 { try await readLooseLogs(own) }
        }
        try await readWhole(more.subtracting(traces))
    }

    /// The traces of the newest spans that a filter finds.
    private func find(_ traces: inout Set<TraceID>, _ filter: RecordFilter, limit: Int) async throws(StoreError) {
        for found in try await source.spans(SpanSearch(filter, limit: limit)).records {
            traces.insert(found.record.traceID)
        }
    }

    /// All spans and log lines of some traces, in one pass over the store.
    private mutating func readWhole(_ traces: Set<TraceID>) async throws(StoreError) {
        guard !traces.isEmpty else { return }
        var whole = RecordFilter()
        whole.traces = traces
        try await readAllSpans(whole)
        try await readAllLogs(whole)
    }

    /// Log lines that belong to no trace would not come with one.
    private mutating func readLooseLogs(_ filter: RecordFilter) async throws(StoreError) {
        let page = try await source.logs(LogSearch(filter, limit: Limits.sampledLooseLogs))
        builder.add(page.records.filter { $0.record.traceID.isZero })
    }
}

/// How many spans of one service, name, kind and version there were, and how long they took.
struct SpanTotal {
    var row: AggregateRow
    var isBeforeWindow: Bool

    init(_ row: AggregateRow, isBeforeWindow: Bool) {
        self.row = row
        self.isBeforeWindow = isBeforeWindow
    }

    var service: String? { row.key.first ?? nil }
    var name: String { row.key.count > 1 ? row.key[1] ?? "" : "" }
    var isEntry: Bool { row.key.count > 2 && (row.key[2] == "server" || row.key[2] == "consumer") }
    var version: String? { row.key.count > 3 ? row.key[3] : nil }
}

extension EvidenceBuilder {
    mutating func add(_ found: [Found<Span>]) {
        for record in found {
            let scope = ScopeSpans(scope: record.scope, spans: [record.record])
            add(.traces(TracesData(resourceSpans: [ResourceSpans(resource: record.resource, scopeSpans: [scope])])))
        }
    }

    mutating func add(_ found: [Found<LogRecord>]) {
        for record in found {
            let scope = ScopeLogs(scope: record.scope, logRecords: [record.record])
            add(.logs(LogsData(resourceLogs: [ResourceLogs(resource: record.resource, scopeLogs: [scope])])))
        }
    }
}

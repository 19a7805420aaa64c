import OTLP
import Program
import TelemetryStore

/// Finds log records by what they say and by what their spans were: the newest, newest first.
///
/// Where a condition is one of spans (name, status, duration), the spans that meet it are looked for, newest first, and of
/// their traces the log records that meet the others and belong to one of them.
/// Bounds: `pagesMax` pages of spans, and of each trace's log records as many as a page holds.
struct LogFinder {
    let source: any TelemetrySource
    let filter: RecordFilter
    /// Only those whose spans did not fail.
    var wantsSuccess = false

    /// Pages that are looked through before it is enough.
    private static let pagesMax = 50

    /// Spans whose log records are looked for together.
    private static let spansAtOnce = 100
    /// How long after its span a record may be made.
    private static let slackNanoseconds: UInt64 = 60_000_000_000

    /// Conditions that only spans can meet.
    var asksForSpans: Bool {
        wantsSuccess || filter.name != nil || filter.status != nil || filter.duration != nil || filter.kind != nil
    }

    func records(limit: Int) async throws(ProgramError) -> [Found<LogRecord>] {
        if asksForSpans { return try await recordsOfSpans(limit: limit) }
        let page = try await source.page(LogSearch(filter, limit: limit))
        return page.records
    }

    private func recordsOfSpans(limit: Int) async throws(ProgramError) -> [Found<LogRecord>] {
        var found: [Found<LogRecord>] = []
        var search = SpanSearch(spanFilter, limit: LogFinder.spansAtOnce)
        var pageCount = 0
        while found.count < limit, pageCount < LogFinder.pagesMax {
            let page = try await source.page(search)
            let records = try await logs(of: page.records.map(\.record).filter(isWanted))
            found += records
            guard let next = page.next else { break }
            search.after = next
            pageCount += 1
        }
        return Array(found.sorted { $0.record.occurredUnixNano > $1.record.occurredUnixNano }.prefix(limit))
    }

    private func isWanted(_ span: Span) -> Bool { !wantsSuccess || span.status?.code != .error }

    private struct Place: Hashable {
        var trace: TraceID
        var span: SpanID
    }

    private func logs(of spans: [Span]) async throws(ProgramError) -> [Found<LogRecord>] {
        guard let start = spans.map(\.startTimeUnixNano).min(), let end = spans.map(\.endTimeUnixNano).max() else {
            return []
        }
        let places = Set(spans.map { Place(trace: $0.traceID, span: $0.spanID) })
        var filter = logFilter
        filter.traces = Set(spans.map(\.traceID))
        let time = start..<max(start, end).addingClamped(LogFinder.slackNanoseconds)
        filter.time = filter.time.map { $0.clamped(to: time) } ?? time
        var found: [Found<LogRecord>] = []
        var search = LogSearch(filter, limit: LogSearch.limitMax)
        for _ in 0..<LogFinder.pagesMax {
            let page = try await source.page(search)
            found += page.records.filter { places.contains(Place(trace: $0.record.traceID, span: $0.record.spanID)) }
            guard let next = page.next else { break }
            search.after = next
        }
        return found
    }

    private var spanFilter: RecordFilter {
        var spans = RecordFilter()
        spans.name = filter.name
        spans.kind = filter.kind
        spans.duration = filter.duration
        // Success is what did not fail, whatever the status says.
        spans.status = wantsSuccess ? nil : filter.status
        // A record is made while its span runs, or soon after.
        if let time = filter.time { spans.time = 0..<time.upperBound }
        return spans
    }

    private var logFilter: RecordFilter {
        var logs = filter
        logs.name = nil
        logs.kind = nil
        logs.status = nil
        logs.duration = nil
        return logs
    }
}

extension UInt64 {
    fileprivate func addingClamped(_ more: UInt64) -> UInt64 {
        let (sum, isOver) = addingReportingOverflow(more)
        return isOver ? .max : sum
    }
}

import OTLP
import Program
import TelemetryStore

/// The traces of records that match, newest first: of spans, and of log records where a text is looked for.
///
/// What is asked of spans besides the text (name, status, duration, an attribute) a span of the log record's trace must meet.
/// Bounds: `pagesMax` pages of either.
struct RequestHits {
    private let source: any TelemetrySource
    private let filter: RecordFilter
    private var spans: SpanSearch?
    private var logs: LogSearch?
    private var pageCount = 0
    private var spanHits: [Hit] = []
    private var logHits: [Hit] = []

    private struct Hit {
        let trace: TraceID
        let time: UInt64

        init(_ trace: TraceID, _ time: UInt64) {
            self.trace = trace
            self.time = time
        }
    }

    /// Pages that are looked through before it is enough.
    private static let pagesMax = 50

    /// - Parameter count: how many requests are wanted. Pages are larger, as a request may have many spans that match; of log
    ///   records, which cost more to read, the first has as many, and each after it twice as many as the one before.
    init(_ source: any TelemetrySource, _ filter: RecordFilter, wanting count: Int) {
        self.source = source
        self.filter = filter
        spans = SpanSearch(filter, limit: min(SpanSearch.limitMax, max(100, count * 8)))
        guard !filter.phrases.isEmpty else { return }
        var text = filter
        text.name = nil
        text.kind = nil
        text.status = nil
        text.duration = nil
        text.attributes = []
        logs = LogSearch(text, limit: min(LogSearch.limitMax, count))
    }

    /// `nil` when there are no more, or it is enough.
    mutating func next() async throws(ProgramError) -> TraceID? {
        try await fill()
        guard let span = spanHits.last else { return logHits.popLast()?.trace }
        if let log = logHits.last, log.time > span.time { return logHits.popLast()?.trace }
        return spanHits.popLast()?.trace
    }

    /// Both sides are asked at once: whoever has none left may have the newest.
    private mutating func fill() async throws(ProgramError) {
        while spanHits.isEmpty && spans != nil || logHits.isEmpty && logs != nil {
            guard pageCount < RequestHits.pagesMax else {
                spans = nil
                logs = nil
                return
            }
            pageCount += 1
            let spanPage = page(spanHits.isEmpty ? spans : nil)
            let logPage = page(logHits.isEmpty ? logs : nil)
            if let spanPage {
                let page = try await spanPage.value.get()
                spanHits = page.records.reversed().map { Hit($0.record.traceID, $0.record.startTimeUnixNano) }
                spans?.after = page.next
                if page.next == nil { spans = nil }
            }
            if let logPage {
                let page = try await logPage.value.get()
                logHits = try await meetingTheRest(page.records)
                logs = page.next.flatMap { next in logs?.continued(after: next) }
            }
        }
    }

    private func page(_ search: SpanSearch?) -> Task<Result<SearchPage<Span>, ProgramError>, Never>? {
        guard let search else { return nil }
        let source = source
        return Task {
            do throws(ProgramError) { return .success(try await source.page(search)) } catch { return .failure(error) }
        }
    }

    private func page(_ search: LogSearch?) -> Task<Result<SearchPage<LogRecord>, ProgramError>, Never>? {
        guard let search else { return nil }
        let source = source
        return Task {
            do throws(ProgramError) { return .success(try await source.page(search)) } catch { return .failure(error) }
        }
    }

    /// Oldest first.
    private func meetingTheRest(_ records: [Found<LogRecord>]) async throws(ProgramError) -> [Hit] {
        var hits: [Hit] = []
        for found in records.reversed() where !found.record.traceID.isZero {
            hits.append(Hit(found.record.traceID, found.record.occurredUnixNano))
        }
        let asksForMore =
            filter.name != nil || filter.kind != nil || filter.status != nil || filter.duration != nil
            || !filter.attributes.isEmpty
        guard asksForMore, !hits.isEmpty else { return hits }
        var rest = filter
        rest.phrases = []
        rest.time = nil
        rest.services = []
        rest.traces = Set(hits.map(\.trace))
        let page = try await source.page(SpanSearch(rest, limit: SpanSearch.limitMax))
        let matching = Set(page.records.map(\.record.traceID))
        return hits.filter { matching.contains($0.trace) }
    }
}

extension LogSearch {
    fileprivate func continued(after cursor: SearchCursor) -> LogSearch {
        LogSearch(filter, limit: min(LogSearch.limitMax, limit * 2), after: cursor)
    }
}

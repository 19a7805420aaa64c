import OTLP
import Program
import TelemetryStore
import TraceAssembly

/// Finds requests by their spans: newest first, each request once.
struct RequestFinder {
    let source: any TelemetrySource
    let filter: RecordFilter
    /// Only those that did not fail.
    var wantsSuccess = false

    /// Pages that are looked through before it is enough.
    private static let pagesMax = 50

    /// At most `limit` stories.
    func stories(limit: Int) async throws(ProgramError) -> [Story] {
        var stories: [Story] = []
        var seen: Set<TraceID> = []
        var search = SpanSearch(spanFilter, limit: min(SpanSearch.limitMax, max(100, limit * 8)))
        for _ in 0..<RequestFinder.pagesMax {
            let page = try await source.page(search)
            for found in page.records where stories.count < limit {
                guard !seen.contains(found.record.traceID) else { continue }
                let story = try await story(of: found.record.traceID)
                seen.insert(found.record.traceID)
                guard let story else { continue }
                seen.formUnion(story.traceIDs)
                if !wantsSuccess || !story.hasFailed { stories.append(story) }
            }
            guard stories.count < limit, let next = page.next else { break }
            search.after = next
        }
        return stories
    }

    /// Success is what did not fail, whatever the status says.
    private var spanFilter: RecordFilter {
        var filter = filter
        if wantsSuccess { filter.status = nil }
        return filter
    }

    /// The whole request that a trace belongs to.
    func story(of trace: TraceID) async throws(ProgramError) -> Story? {
        let lookup = try await source.lookup(trace.hex)
        guard case .found(let request) = lookup else { return nil }
        return StoryAssembler.assemble(
            id: nil, traceIDs: request.traceIDs, traces: request.records.traces, logs: request.records.logs)
    }
}

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
    /// Requests that are read beside each other: most of a search's first screen is reading them.
    private static let lookupsAtOnce = 8

    /// At most `limit` stories.
    func stories(limit: Int) async throws(ProgramError) -> [Story] {
        var stories: [Story] = []
        var seen: Set<TraceID> = []
        var search = SpanSearch(spanFilter, limit: min(SpanSearch.limitMax, max(100, limit * 8)))
        for _ in 0..<RequestFinder.pagesMax {
            let page = try await source.page(search)
            var candidates = page.records.map(\.record.traceID)[...]
            while stories.count < limit, !candidates.isEmpty {
                // Not more than are wanted: one that is not shown was read in vain.
                let count = min(RequestFinder.lookupsAtOnce, limit - stories.count)
                let traces = next(count, of: &candidates, seen)
                for (trace, story) in zip(traces, try await self.stories(of: traces)) where stories.count < limit {
                    // A story before it may have taken the trace in.
                    guard seen.insert(trace).inserted, let story else { continue }
                    seen.formUnion(story.traceIDs)
                    if !wantsSuccess || !story.hasFailed { stories.append(story) }
                }
            }
            guard stories.count < limit, let next = page.next else { break }
            search.after = next
        }
        return stories
    }

    /// The first traces that are new, each once.
    private func next(_ count: Int, of candidates: inout ArraySlice<TraceID>, _ seen: Set<TraceID>) -> [TraceID] {
        var traces: [TraceID] = []
        while traces.count < count, let trace = candidates.popFirst() {
            if !seen.contains(trace), !traces.contains(trace) { traces.append(trace) }
        }
        return traces
    }

    /// In the order of the traces.
    private func stories(of traces: [TraceID]) async throws(ProgramError) -> [Story?] {
        let lookups = traces.map { trace in Task { await result(of: trace) } }
        var stories: [Story?] = []
        for lookup in lookups { stories.append(try await lookup.value.get()) }
        return stories
    }

    private func result(of trace: TraceID) async -> Result<Story?, ProgramError> {
        do throws(ProgramError) {
            return .success(try await story(of: trace))
        } catch {
            return .failure(error)
        }
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

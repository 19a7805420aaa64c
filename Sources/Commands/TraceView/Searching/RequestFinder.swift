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

    /// Requests that are read beside each other: most of a search's first screen is reading them.
    private static let lookupsAtOnce = 8

    /// At most `limit` stories.
    func stories(limit: Int) async throws(ProgramError) -> [Story] {
        var stories: [Story] = []
        var seen: Set<TraceID> = []
        var hits = RequestHits(source, spanFilter, wanting: limit)
        while stories.count < limit {
            // Not more than are wanted: one that is not shown was read in vain.
            let traces = try await next(min(RequestFinder.lookupsAtOnce, limit - stories.count), of: &hits, seen)
            guard !traces.isEmpty else { break }
            for (trace, story) in zip(traces, try await self.stories(of: traces)) where stories.count < limit {
                // A story before it may have taken the trace in.
                guard seen.insert(trace).inserted, let story else { continue }
                seen.formUnion(story.traceIDs)
                if !wantsSuccess || !story.hasFailed { stories.append(story) }
            }
        }
        return stories
    }

    /// The first traces that are new, each once.
    private func next(
        _ count: Int, of hits: inout RequestHits, _ seen: Set<TraceID>
    ) async throws(ProgramError) -> [TraceID] {
        var traces: [TraceID] = []
        while traces.count < count, let trace = try await hits.next() {
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

import OTLP
import Program
import TelemetryStore
import TraceAssembly
import TraceView

/// Finds the last request of a route that succeeded: what a failed one is compared with.
struct LastSuccess {
    let source: any TelemetrySource

    /// Requests that are looked through for one that succeeded.
    private static let candidatesMax = 5

    /// - Throws: exit code 3 when there is none.
    func story(like story: Story) async throws(ProgramError) -> Story {
        guard let main = story.mainRoot, let record = story.nodes[main].record else {
            throw .notFound("the request has no root to find others like it by")
        }
        var filter = RecordFilter()
        filter.services = [record.service]
        filter.name = .equals(record.span.name)
        // Before it, so that a deployment since then is on one side only.
        filter.time = 0..<max(1, record.span.startTimeUnixNano)
        let finder = RequestFinder(source: source, filter: filter, wantsSuccess: true)
        let found = try await finder.stories(limit: LastSuccess.candidatesMax)
        guard let last = found.first(where: { Set($0.traceIDs).isDisjoint(with: story.traceIDs) }) else {
            throw .notFound("no earlier request of this route succeeded: \(VisibleText.visible(record.span.name))")
        }
        return last
    }
}

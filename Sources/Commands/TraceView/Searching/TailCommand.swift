import ArgumentParser
import OTLP
import Program
import TelemetryStore
import TraceAssembly
import TraceView

/// `traceview tail`: requests as they finish.
struct TailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Shows requests as they finish, one line each.")

    @OptionGroup var filterOptions: FilterOptions
    @OptionGroup var sourceOptions: SourceOptions
    @OptionGroup var screen: ScreenFlags

    @Flag(help: "Show the story of each request that failed below its line.")
    var expandErrors = false

    @Option(help: ArgumentHelp("End after so many requests.", valueName: "N"))
    var count: Int?

    private static let pause = Duration.milliseconds(500)
    /// A request is shown when its root is there and nothing was added for this long.
    private static let quietNanoseconds: UInt64 = 1_000_000_000
    /// How far back a root may have started and still finish now.
    private static let reachNanoseconds: UInt64 = 900_000_000_000

    func run() async throws {
        let source = try sourceOptions.opened()
        let begun = MomentText.now
        var filter = filterOptions.filter()
        var shown: Set<TraceID> = []
        var shownCount = 0
        let options = screen.options()
        while count.map({ shownCount < $0 }) ?? true {
            let now = MomentText.now
            filter.time = (now - min(now, TailCommand.reachNanoseconds))..<UInt64.max
            let finder = RequestFinder(source: source, filter: filter, wantsSuccess: filterOptions.wantsSuccess)
            for story in try await finished(finder, since: begun, shown: &shown) {
                guard count.map({ shownCount < $0 }) ?? true else { break }
                shownCount += 1
                Standard.output(RequestLine.line(story, options))
                guard expandErrors, story.hasFailed else { continue }
                for line in StoryScreen(story, options).lines().dropFirst() { Standard.output("    " + line) }
            }
            try await Task.sleep(for: TailCommand.pause)
        }
    }

    /// Requests whose last span ended since the start of the program and a moment ago, in the order in which they ended.
    private func finished(
        _ finder: RequestFinder, since begun: UInt64, shown: inout Set<TraceID>
    ) async throws(ProgramError) -> [Story] {
        let search = SpanSearch(finder.filter, limit: 1_000)
        let page = try await finder.source.page(search)
        var stories: [Story] = []
        for found in page.records where found.record.endTimeUnixNano >= begun && !shown.contains(found.record.traceID) {
            guard let story = try await finder.story(of: found.record.traceID), let main = story.mainRoot,
                story.nodes[main].record != nil, !story.nodes[main].isRunning
            else { continue }
            let end = story.nodes.lazy.map(\.endTimeUnixNano).max() ?? 0
            guard end + TailCommand.quietNanoseconds <= MomentText.now else { continue }
            shown.formUnion(story.traceIDs)
            if !finder.wantsSuccess || !story.hasFailed { stories.append(story) }
        }
        return stories.sorted { left, right in
            let (a, b) = (left.mainRoot ?? 0, right.mainRoot ?? 0)
            return left.nodes[a].endTimeUnixNano < right.nodes[b].endTimeUnixNano
        }
    }
}

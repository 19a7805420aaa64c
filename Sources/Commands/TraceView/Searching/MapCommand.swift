import ArgumentParser
import OTLP
import Program
import TelemetryStore
import TraceAssembly
import TraceView

/// `traceview map`: who calls whom.
struct MapCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "map", abstract: "Shows who calls whom: calls, errors, durations.",
        discussion: "Over the newest requests that match, or the ids and files that are given.")

    @Argument(help: ArgumentHelp("Ids of requests, or files.", valueName: "id"), completion: .file())
    var ids: [String] = []

    @OptionGroup var filterOptions: FilterOptions
    @OptionGroup var sourceOptions: SourceOptions
    @OptionGroup var screen: ScreenFlags

    @Option(
        name: [.customShort("n", allowingJoined: true), .long],
        help: ArgumentHelp("Requests to look at.", valueName: "N"))
    var limit = 200

    @Flag(help: "Print each pair as one JSON object a line.")
    var json = false

    func validate() throws {
        guard limit > 0 else { throw ValidationError("cannot look at \(limit) requests; --limit must be at least 1") }
    }

    func run() async throws {
        let stories = try await StoriesInput(arguments: ids, options: sourceOptions)
            .stories(filterOptions, limit: limit, screen.clock)
        let map = ServiceMap(of: stories)
        guard !json else { return ScreenFlags.print(json: map.calls.map { $0.json() }) }
        screen.show(MapScreen(map, screen.options()).lines())
    }
}

/// `traceview shapes`: the ways that requests take.
struct ShapesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shapes", abstract: "Shows the different trees of spans by route: new, vanished, as before.",
        discussion:
            "Over the newest requests that match, or the ids and files that are given. With --deploy each shape is told apart by whether it was seen before that moment, after it, or both."
    )

    @Argument(help: ArgumentHelp("Ids of requests, or files.", valueName: "id"), completion: .file())
    var ids: [String] = []

    @OptionGroup var filterOptions: FilterOptions
    @OptionGroup var sourceOptions: SourceOptions
    @OptionGroup var screen: ScreenFlags

    @Option(help: ArgumentHelp("When something was deployed: 2h, or a date.", valueName: "TIME"))
    var deploy: MomentText?

    @Flag(help: "Show the tree of each shape.")
    var trees = false

    @Option(
        name: [.customShort("n", allowingJoined: true), .long],
        help: ArgumentHelp("Requests to look at.", valueName: "N"))
    var limit = 500

    @Flag(help: "Print each shape as one JSON object a line.")
    var json = false

    func validate() throws {
        guard limit > 0 else { throw ValidationError("cannot look at \(limit) requests; --limit must be at least 1") }
    }

    func run() async throws {
        let stories = try await StoriesInput(arguments: ids, options: sourceOptions)
            .stories(filterOptions, limit: limit, screen.clock)
        let summaries = ShapeSummary.summaries(of: stories, since: deploy?.unixNano)
        guard !json else { return ScreenFlags.print(json: summaries.map { $0.json() }) }
        screen.show(ShapesScreen(summaries, screen.options(), showsTrees: trees).lines())
    }
}

extension StoriesInput {
    /// Those that are named, or the newest that match.
    func stories(
        _ filterOptions: FilterOptions, limit: Int, _ clock: WallClock
    ) async throws(ProgramError) -> [Story] {
        if !arguments.isEmpty { return try await stories() }
        let source = try options.opened()
        let finder = RequestFinder(
            source: source, filter: filterOptions.filter(), wantsSuccess: filterOptions.wantsSuccess)
        let found = try await finder.stories(limit: limit)
        guard !found.isEmpty else {
            let hint = await WhyNothing(filter: finder.filter, source: source, clock: clock).hint
            throw .notFound("no request is like that" + (hint ?? "; fewer conditions find more"))
        }
        return found
    }
}

import ArgumentParser
import OTLP
import Program
import TelemetryStore
import TraceAssembly
import TraceView

/// `traceview search`: requests by what their spans were.
struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Finds requests: by service, name, status, duration, attribute, text, time.",
        discussion:
            "Newest first, one line a request. Words without a flag are texts to look for, in spans and in log lines.")

    @Argument(help: ArgumentHelp("Texts to look for.", valueName: "text"))
    var words: [String] = []

    @OptionGroup var filterOptions: FilterOptions
    @OptionGroup var sourceOptions: SourceOptions
    @OptionGroup var screen: ScreenFlags

    @Option(
        name: [.customShort("n", allowingJoined: true), .long], help: ArgumentHelp("Requests to show.", valueName: "N"))
    var limit = 20

    @Flag(name: .shortAndLong, help: "Print ids only, for pipes.")
    var quiet = false

    @Flag(help: "Print each request as one JSON object a line.")
    var json = false

    func validate() throws {
        guard limit > 0 else { throw ValidationError("cannot show \(limit) requests; --limit must be at least 1") }
    }

    func run() async throws {
        var filter = filterOptions.filter()
        filter.phrases += words
        let source = try sourceOptions.opened()
        let finder = RequestFinder(source: source, filter: filter, wantsSuccess: filterOptions.wantsSuccess)
        let stories = try await finder.stories(limit: limit)
        guard !stories.isEmpty else {
            let hint = await WhyNothing(filter: filter, source: source, clock: screen.clock).hint
            throw ProgramError.notFound("no request is like that" + (hint ?? "; fewer conditions find more"))
        }
        if quiet {
            for story in stories { Standard.output(VisibleText.visible(story.id ?? story.traceIDs.first?.hex ?? "")) }
        } else if json {
            for story in stories { Standard.output(RequestLine.json(story) + [UInt8(ascii: "\n")]) }
        } else {
            screen.show(RequestLine.table(stories, screen.options()))
        }
    }
}

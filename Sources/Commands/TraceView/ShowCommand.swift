import ArgumentParser
import OTLP
import Program
import TraceAssembly
import TraceView

/// `traceview <id>`: the story of a request.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows what happened to one request (the default).",
        discussion: """
            The id is a request id, a trace id, an invocation id, or the first characters of one, at least 6 of them; \
            or a file (or - for standard input) with OTLP/JSON, Jaeger JSON or Zipkin JSON.

            Exit status: 0 found, 1 the request failed (with --exit-status), 2 wrong usage, 3 not found or ambiguous, \
            4 the telemetry cannot be read, 5 the story is incomplete (with --strict).
            """)

    @Argument(help: ArgumentHelp("The id of the request, a file, or -.", valueName: "id"), completion: .file())
    var id: String

    @OptionGroup var sourceOptions: SourceOptions
    @OptionGroup var screen: ScreenFlags
    @OptionGroup var priceOptions: PriceOptions

    @Flag(help: "Print the story as one JSON object.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Logs to show: trace, debug, info, warn, error, or none (default: warn, and info where a span failed).",
            valueName: "LEVEL"), completion: .list(LogLevel.allCases.map(\.rawValue)))
    var logs: LogLevel?

    @Option(help: ArgumentHelp("Spans to show before the rest is folded.", valueName: "N"))
    var maxRows = Limits.rowsMax

    @Flag(help: "Show every span; nothing is folded.")
    var all = false

    @Option(help: ArgumentHelp("Show all of one span: the start of its id, its name, or 'cause'.", valueName: "SPAN"))
    var span: String?

    @Flag(help: "Show times as they were sent; no clock is set right.")
    var rawClock = false

    @Option(
        help: ArgumentHelp(
            "Show the request as it might have been: NAME=-200ms, NAME=50%, no-cold-start, no-retries.",
            valueName: "CHANGE"))
    var whatIf: [String] = []

    @Option(
        help: ArgumentHelp(
            "Show how the request differs from another; last-ok is the last one of its route that succeeded.",
            valueName: "ID"))
    var diff: String?

    @Flag(name: [.customShort("i"), .long], help: "Look around in the request, full screen.")
    var interactive = false

    @Flag(help: "Exit with 1 when the request failed.")
    var exitStatus = false

    @Flag(help: "Exit with 5 when something of the story is missing.")
    var strict = false

    @Option(help: ArgumentHelp("Wait this long for spans that are missing, like 10s.", valueName: "TIME"))
    var wait: DurationText?

    func validate() throws {
        guard !id.isEmpty else { throw ValidationError("the id is empty; give a request id, a trace id or a prefix") }
        for text in whatIf where WhatIfText(argument: text) == nil {
            let near = Nearness.closest(to: text, in: WhatIfText.words).map { "; did you mean \($0)?" }
            throw ValidationError(
                "cannot change \(VisibleText.visible(text)); --what-if must be NAME=-200ms, NAME=+1s, NAME=50%, NAME=x2, no-cold-start or no-retries"
                    + (near ?? ""))
        }
        guard maxRows > 0 else {
            throw ValidationError("cannot show \(maxRows) spans; --max-rows must be at least 1 (--all shows every one)")
        }
    }

    func run() async throws {
        let prices = try priceOptions.list()
        let story = try await story()
        if interactive {
            try await browse(story, prices)
        } else if json, let diff {
            let difference = try await difference(of: story, to: diff)
            ScreenFlags.print(json: [DifferenceJSON.encode(difference, showsAll: all)])
        } else if json {
            ScreenFlags.print(json: [StoryJSON.encode(story, prices: prices)])
        } else if let span {
            screen.show(try SpanScreen(story, node: node(span, of: story), screen.options(prices: prices)).lines())
        } else if let diff {
            let difference = try await difference(of: story, to: diff)
            screen.show(DifferenceScreen(difference, screen.options(), showsAll: all).lines())
        } else if !whatIf.isEmpty {
            screen.show(try whatIfScreen(story, prices).lines())
        } else {
            let detail = StoryDetail(lowestSeverity: logs?.severity, rowsMax: all ? nil : maxRows)
            let options = screen.options(
                detail: detail, prices: prices, next: Suggestions(story, argument: id).commands)
            screen.show(StoryScreen(story, options).lines())
        }
        if exitStatus, story.hasFailed { throw ExitCode(1) }
        if strict, !story.isComplete { throw ExitCode(5) }
    }

    private func story() async throws -> Story {
        let input = StoryInput(argument: id, options: sourceOptions, correctsClocks: !rawClock)
        guard let wait, !input.isFile else { return try await input.story() }
        return try await PatientLookup(input: input, deadline: .now + wait.duration).story()
    }

    private func browse(_ story: Story, _ prices: PriceList) async throws {
        Progress.keepQuiet()
        let input = StoryInput(argument: id, options: sourceOptions, correctsClocks: !rawClock)
        let news = Browser.News()
        let browser = try Browser(story, screen.options(prices: prices), news: news) { story in
            do {
                return .difference(try await difference(of: story, to: diff ?? "last-ok"))
            } catch let error as ProgramError {
                return .nothing(error.message)
            } catch {
                return .nothing("\(error)")
            }
        }
        let follower = StoryFollower.follow(input, from: story, news: news, ring: browser.ring)
        defer { follower?.cancel() }
        browser.run()
    }

    private func difference(of story: Story, to other: String) async throws -> StoryDifference {
        let before =
            other == "last-ok"
            ? try await LastSuccess(source: sourceOptions.opened()).story(like: story)
            : try await StoryInput(argument: other, options: sourceOptions).story()
        return StoryDifference(from: before, to: story)
    }

    private func whatIfScreen(_ story: Story, _ prices: PriceList) throws(ProgramError) -> WhatIfScreen {
        let changes = whatIf.compactMap(WhatIfText.init(argument:))
        let changed = WhatIf.apply(changes.map(\.change), to: story)
        let title = whatIf.joined(separator: ", ")
        guard changed.changedCount > 0 else {
            var message = "nothing of the request is changed by \(VisibleText.visible(title))"
            if let near = changes.lazy.compactMap({ $0.near(in: story) }).first {
                message += "; did you mean \(VisibleText.visible(near))?"
            }
            throw .notFound(message + "; --all lists its spans")
        }
        let detail = StoryDetail(lowestSeverity: logs?.severity, rowsMax: all ? nil : maxRows)
        return WhatIfScreen(
            title, before: story, after: changed.story, emptiedCount: changed.emptiedCount,
            screen.options(detail: detail, prices: prices))
    }

    private func node(_ text: String, of story: Story) throws(ProgramError) -> Int {
        let found = SpanScreen.find(text, in: story)
        guard let first = found.first else {
            throw .notFound("no span of the request is called \(VisibleText.visible(text)); --all lists them")
        }
        guard found.count == 1 else {
            let lines = found.prefix(20).map { "  " + SpanScreen.title(of: $0, in: story) }
            throw .notFound("several spans are called \(VisibleText.visible(text)):\n" + lines.joined(separator: "\n"))
        }
        return first
    }
}

/// From which severity on logs are shown.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case trace, debug, info, warn, error, none

    var severity: LogRecord.Severity {
        switch self {
        case .trace: LogRecord.Severity(rawValue: 0)
        case .debug: .debug
        case .info: .info
        case .warn: .warn
        case .error: .error
        case .none: LogRecord.Severity(rawValue: .max)
        }
    }
}

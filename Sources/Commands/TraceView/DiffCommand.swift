import ArgumentParser
import Program
import TraceAssembly
import TraceView

/// `traceview diff A B`: two requests side by side.
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Shows how one request differs from another.",
        discussion: "Aligned by structure: what is new, gone, slower or failing; one sentence first.")

    @Argument(
        help: ArgumentHelp("The request as it was: an id, a file, or -.", valueName: "before"), completion: .file())
    var before: String

    @Argument(help: ArgumentHelp("The request as it is.", valueName: "after"), completion: .file())
    var after: String

    @OptionGroup var sourceOptions: SourceOptions
    @OptionGroup var screen: ScreenFlags

    @Flag(help: "Show every span, not only those that differ.")
    var all = false

    @Flag(help: "Print the differences as one JSON object.")
    var json = false

    func run() async throws {
        let before = try await StoryInput(argument: before, options: sourceOptions).story()
        let after = try await StoryInput(argument: after, options: sourceOptions).story()
        let difference = StoryDifference(from: before, to: after)
        guard !json else {
            return ScreenFlags.print(json: [DifferenceJSON.encode(difference, showsAll: all)])
        }
        screen.show(DifferenceScreen(difference, screen.options(), showsAll: all).lines())
    }
}

import ArgumentParser
import Program

/// The program `traceview`.
struct TraceViewProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "traceview",
        abstract: "Shows what happened to one request: its functions, where the time went, what failed first.",
        discussion: """
            Reads the collector's data folder, whether or not the collector runs; TRACEVIEW_DATA_DIR and \
            TRACEVIEW_COLLECTOR stand for the flags.
            """,
        subcommands: [
            ShowCommand.self, SearchCommand.self, LogsCommand.self, TailCommand.self, DiffCommand.self,
            ServicesCommand.self, MapCommand.self, ShapesCommand.self, SQLCommand.self, GateCommand.self,
            ExportCommand.self, PricesCommand.self,
        ],
        defaultSubcommand: ShowCommand.self)

    static var commandNames: [String] { configuration.subcommands.compactMap { $0.configuration.commandName } }
}

@main
enum Main {
    static func main() async {
        if let script = CompletionScript.asked(by: CommandLine.arguments) { return Standard.output(Array(script.utf8)) }
        await Program.run(TraceViewProgram.self)
    }
}

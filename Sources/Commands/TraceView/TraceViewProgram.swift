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
        subcommands: [ShowCommand.self, DiffCommand.self, ExportCommand.self, PricesCommand.self],
        defaultSubcommand: ShowCommand.self)
}

@main
enum Main {
    static func main() async {
        await Program.run(TraceViewProgram.self)
    }
}

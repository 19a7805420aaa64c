import ArgumentParser
import Program

/// The program `collector`.
struct CollectorProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collector",
        abstract: "Takes OpenTelemetry traces, logs and metrics, and keeps them durably in one folder.",
        subcommands: [ServeCommand.self, ExportCommand.self, SegmentsCommand.self])
}

@main
enum Main {
    static func main() async {
        await Program.run(CollectorProgram.self)
    }
}

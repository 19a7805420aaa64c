import ArgumentParser
import CMalloc
import NIOCore
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
        // Threads share their heaps: one for each would keep the memory of its own busiest moment for ever.
        mallopt(M_ARENA_MAX, 2)
        // One half of the processors takes requests, the other puts them into blocks. Bodies that share a loop share its wakings.
        NIOSingletons.groupLoopCountSuggestion = max(1, System.coreCount / 2)
        await Program.run(CollectorProgram.self)
    }
}

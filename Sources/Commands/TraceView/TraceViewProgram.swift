import ArgumentParser
import Program
import SegmentStore
import TelemetryStore
import TraceAssembly
import TraceView

/// The program `traceview`.
struct TraceViewProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "traceview",
        abstract: "Shows what happened to one request: its functions, where the time went, what failed first.",
        discussion: """
            The id is a request id, a trace id, an invocation id, or the first characters of one, at least 6 of them.

            Reads the collector's data folder, whether or not the collector runs; TRACEVIEW_DATA_DIR and \
            TRACEVIEW_COLLECTOR stand for the flags.

            Exit status: 0 found, 2 wrong usage, 3 not found or ambiguous, 4 the telemetry cannot be read.
            """)

    @Argument(help: ArgumentHelp("The id of the request.", valueName: "id"))
    var id: String

    @Option(
        help: ArgumentHelp("The data folder of the collector (default: ~/.local/share/telemetry).", valueName: "DIR"))
    var dataDir: String?

    @Option(help: ArgumentHelp("The query port of a running collector, as http://host:16686.", valueName: "URL"))
    var collector: String?

    @Option(help: ArgumentHelp("Columns to use (default: those of the terminal, or 80).", valueName: "N"))
    var width: Int?

    @Flag(help: "Print the story as one JSON object.")
    var json = false

    func validate() throws {
        guard dataDir == nil || collector == nil else {
            throw ValidationError("--data-dir and --collector name two sources; give one of them")
        }
        if let collector, !collector.hasPrefix("http://"), !collector.hasPrefix("https://") {
            throw ValidationError(
                "cannot ask \(VisibleText.visible(collector)); --collector must be a URL like http://127.0.0.1:16686")
        }
        if let width, width < StoryScreen.widthMin {
            throw ValidationError("cannot lay out \(width) columns; --width must be at least \(StoryScreen.widthMin)")
        }
        guard !id.isEmpty else { throw ValidationError("the id is empty; give a request id, a trace id or a prefix") }
    }

    func run() async throws {
        switch try await lookup() {
        case .found(let request): show(request)
        case .notFound: throw ProgramError.notFound(notFoundMessage)
        case .ambiguous(let candidates): throw ProgramError.notFound(ambiguousMessage(candidates))
        }
    }

    // MARK: Reading

    private func lookup() async throws(ProgramError) -> RequestLookup {
        do throws(StoreError) {
            return try await source().request(id)
        } catch {
            throw ProgramError.unreadable(error.description)
        }
    }

    /// Flags win over the environment.
    private func source() throws(StoreError) -> any RequestSource {
        if let dataDir { return StoreSource(store: try SegmentStore.open(reading: dataDir)) }
        if let address = collector ?? Terminal.variable("TRACEVIEW_COLLECTOR"), !address.isEmpty {
            return CollectorSource(address: address.hasSuffix("/") ? String(address.dropLast()) : address)
        }
        let directory = Terminal.variable("TRACEVIEW_DATA_DIR") ?? ""
        return StoreSource(store: try SegmentStore.open(reading: directory.isEmpty ? DataFolder.standard : directory))
    }

    // MARK: Showing

    private func show(_ request: RequestRecords) {
        let story = StoryAssembler.assemble(
            id: request.key == .traceID ? nil : request.id, traceIDs: request.traceIDs, traces: request.records.traces,
            logs: request.records.logs)
        guard !json else {
            Standard.output(StoryJSON.encode(story) + [UInt8(ascii: "\n")])
            return
        }
        let screen = StoryScreen(
            story, width: width ?? Terminal.width ?? 80, style: Style(hasColour: Terminal.hasColour))
        Standard.output(screen.lines().joined(separator: "\n"))
    }

    private var notFoundMessage: String {
        var message = "no request has the id \(VisibleText.visible(id))"
        if id.count < RequestLookup.prefixLengthMin {
            message += "; a prefix needs at least \(RequestLookup.prefixLengthMin) characters"
        }
        return message + "; it may not have arrived yet"
    }

    private func ambiguousMessage(_ candidates: [Correlation]) -> String {
        let lines = candidates.map { "  \(VisibleText.visible($0.value))  (\(VisibleText.visible($0.key.rawValue)))" }
        return "several ids begin with \(VisibleText.visible(id)):\n" + lines.joined(separator: "\n")
    }
}

@main
enum Main {
    static func main() async {
        await Program.run(TraceViewProgram.self)
    }
}

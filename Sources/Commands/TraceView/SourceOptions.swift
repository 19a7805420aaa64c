import ArgumentParser
import Program
import SegmentStore
import TelemetryStore
import TraceView

/// Where telemetry is read: the flags that every command shares.
struct SourceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The data folder of the collector (default: ~/.local/share/telemetry).", valueName: "DIR"),
        completion: .directory)
    var dataDir: String?

    @Option(help: ArgumentHelp("The query port of a running collector, as http://host:16686.", valueName: "URL"))
    var collector: String?

    func validate() throws {
        guard dataDir == nil || collector == nil else {
            throw ValidationError("--data-dir and --collector name two sources; give one of them")
        }
        if let collector, !collector.hasPrefix("http://"), !collector.hasPrefix("https://") {
            throw ValidationError(
                "cannot ask \(VisibleText.visible(collector)); --collector must be a URL like http://127.0.0.1:16686")
        }
    }

    /// Flags win over the environment.
    func source() throws(StoreError) -> any TelemetrySource {
        if let dataDir { return StoreSource(store: try SegmentStore.open(reading: dataDir)) }
        if let address = collector ?? Terminal.variable("TRACEVIEW_COLLECTOR"), !address.isEmpty {
            return CollectorSource(address: address.hasSuffix("/") ? String(address.dropLast()) : address)
        }
        let directory = Terminal.variable("TRACEVIEW_DATA_DIR") ?? ""
        return StoreSource(store: try SegmentStore.open(reading: directory.isEmpty ? DataFolder.standard : directory))
    }
}

extension SourceOptions {
    /// The source, or the message and exit code of a program that has none.
    func opened() throws(ProgramError) -> any TelemetrySource {
        do throws(StoreError) {
            return ProgressSource(source: try source())
        } catch {
            throw ProgramError.unreadable(error.description)
        }
    }
}

import ArgumentParser
import OTLP
import Program
import SegmentStore
import Synchronization
import TelemetryStore

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes what is stored as OTLP/JSON, one Export…ServiceRequest a line.",
        discussion: "Works while `collector serve` writes the same folder, and without it.")

    @Option(help: ArgumentHelp("The data folder of the collector, or one segment file.", valueName: "DIR"))
    var dataDir = DataFolder.standard

    @Option(help: ArgumentHelp("Only this signal: traces, logs or metrics.", valueName: "SIGNAL"))
    var signal: SignalName?

    @Option(help: ArgumentHelp("Only the spans and logs of this trace id.", valueName: "ID"))
    var trace: String?

    func run() async throws {
        do {
            let damages = Mutex<[String]>([])
            let store = try SegmentStore.open(reading: dataDir) { event in
                guard case .damaged(let error) = event else { return }
                damages.withLock { if !$0.contains(error.description) { $0.append(error.description) } }
            }
            if let trace {
                try await export(trace, of: store)
            } else {
                for signal in Signal.allCases where self.signal.map({ $0.signal == signal }) ?? true {
                    do {
                        try await store.export(signal) { write($0) }
                    } catch let error as StoreError where error.code == .corrupt {
                        // What can be read of the other signals is written all the same.
                    }
                }
            }
            let places = damages.withLock { $0 }
            guard places.isEmpty else {
                for place in places { Standard.error("damaged: \(place)") }
                throw ProgramError.unreadable("wrote all that can be read; damaged places: \(places.count)")
            }
        } catch let error as StoreError {
            throw ProgramError.unreadable(error.description)
        }
    }

    private func export(_ text: String, of store: SegmentStore) async throws {
        guard let trace = TraceID(hex: text) else {
            throw ProgramError.usage("cannot export a trace: --trace must be 32 hexadecimal digits")
        }
        let records = try await store.records(of: [trace])
        if signal?.signal ?? .traces == .traces, !records.traces.resourceSpans.isEmpty {
            write(.traces(records.traces))
        }
        if signal?.signal ?? .logs == .logs, !records.logs.resourceLogs.isEmpty { write(.logs(records.logs)) }
    }

    private func write(_ batch: ExportBatch) {
        var line =
            switch batch {
            case .traces(let data): data.json()
            case .logs(let data): data.json()
            case .metrics(let data): data.json()
            }
        line.append(UInt8(ascii: "\n"))
        Standard.output(line)
    }
}

/// A signal as people type it.
enum SignalName: String, ExpressibleByArgument, CaseIterable {
    case traces, logs, metrics

    var signal: Signal {
        switch self {
        case .traces: .traces
        case .logs: .logs
        case .metrics: .metrics
        }
    }
}

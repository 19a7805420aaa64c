import ArgumentParser
import Foundation
import OTLP
import Program
import SegmentStore
import TelemetryStore

/// `collector segments …`: what an operator does with a data folder.
struct SegmentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "segments",
        abstract: "Lists, verifies, compacts, imports and backs up what is stored.",
        subcommands: [
            SegmentsListCommand.self, SegmentsVerifyCommand.self, SegmentsCompactCommand.self,
            SegmentsImportCommand.self,
            SegmentsBackupCommand.self,
        ])
}

struct SegmentsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "One line a segment: what it is, how much it holds, of when.",
        discussion: "Works while `collector serve` writes the same folder, and without it.")

    @Option(help: ArgumentHelp("The data folder of the collector.", valueName: "DIR"))
    var dataDir = DataFolder.standard

    @Flag(help: "One JSON object a line.")
    var json = false

    func run() throws {
        let listings = try programErrors { () throws(StoreError) in try SegmentStore.segments(of: dataDir) }
        if json {
            for listing in listings { Standard.output(listing.json) }
            return
        }
        let header = ["SEGMENTS", "STATE", "SPANS", "LOGS", "POINTS", "FROM", "TO", "BYTES"]
        let rows = [header] + listings.map(\.cells)
        let widths = header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = zip(row, widths).enumerated().map { column, cell in
                let padding = String(repeating: " ", count: cell.1 - cell.0.count)
                return (2...4).contains(column) || column == 7 ? padding + cell.0 : cell.0 + padding
            }
            Standard.output(cells.joined(separator: "  ").trimmingCharacters(in: .whitespaces))
        }
    }
}

extension SegmentListing {
    fileprivate var cells: [String] {
        [
            numbers.count == 1 ? "\(numbers.lowerBound)" : "\(numbers.lowerBound)–\(numbers.upperBound)",
            state.rawValue,
            "\(records[.traces] ?? 0)", "\(records[.logs] ?? 0)", "\(records[.metrics] ?? 0)",
            time.map { text(of: $0.lowerBound) } ?? "–", time.map { text(of: $0.upperBound) } ?? "–", "\(bytes)",
        ]
    }

    private func text(of time: UInt64) -> String {
        Date(timeIntervalSince1970: Double(time / 1_000_000_000)).formatted(.iso8601)
    }

    fileprivate var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("file", file)
            writer.member("state", state.rawValue)
            writer.member("firstSegment", numbers.lowerBound)
            writer.member("lastSegment", numbers.upperBound)
            writer.member("generation", generation)
            writer.member("spans", records[.traces] ?? 0)
            writer.member("logRecords", records[.logs] ?? 0)
            writer.member("dataPoints", records[.metrics] ?? 0)
            if let time {
                writer.member("firstTimeUnixNano", String(time.lowerBound))
                writer.member("lastTimeUnixNano", String(time.upperBound))
            }
            writer.member("bytes", bytes)
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}

struct SegmentsVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Reads everything that is stored, and says what is damaged.",
        discussion: """
            Checks SQLite's pages, every checksum, every column and every row. Exit code 0: all is whole; 1: something is damaged, \
            each place on a line of its own; 4: there is nothing to read.
            """)

    @Option(help: ArgumentHelp("The data folder of the collector, or one segment file.", valueName: "DIR"))
    var dataDir = DataFolder.standard

    func run() throws {
        let result = try programErrors { () throws(StoreError) in try SegmentStore.verify(dataDir) }
        for damage in result.damages { Standard.output("damaged: \(damage)") }
        let counts = "\(result.segments) segments, \(result.blocks) blocks, \(result.records) records"
        guard result.isWhole else { throw ProgramError.failure("\(result.damages.count) damaged places in \(counts)") }
        Standard.output("whole: \(counts)")
    }
}

struct SegmentsCompactCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact", abstract: "Makes as few and as small segments of all that is stored as can be.",
        discussion: """
            While `collector serve` writes the folder it is the one that compacts it: ask it with --collector. Without one the folder \
            is written by this command, and by nobody else meanwhile.
            """)

    @Option(help: ArgumentHelp("The data folder of the collector.", valueName: "DIR"))
    var dataDir = DataFolder.standard

    @Option(
        help: ArgumentHelp("The query port of a running collector, such as http://127.0.0.1:16686.", valueName: "URL"))
    var collector: String?

    func run() async throws {
        if let collector { return try await RemoteCollector(address: collector).compact() }
        do {
            let store = try SegmentStore.open(writing: dataDir)
            do {
                try await store.compact()
            } catch {
                try? await store.close()
                throw error
            }
            try await store.close()
        } catch let error as StoreError {
            let hint =
                error.code == .unavailable ? "; to compact while it runs, give its query port with --collector" : ""
            throw ProgramError.failure(error.description + hint)
        }
    }
}

struct SegmentsImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Takes segment files, OTLP/JSON lines or OTLP protobuf into a folder or a collector.",
        discussion: """
            What `collector export` wrote can be read, and so can a segment file of another folder. A record that is there already is \
            there twice; a query shows a span that came twice once.
            """)

    @Argument(help: ArgumentHelp("The files.", valueName: "FILE"))
    var files: [String]

    @Option(help: ArgumentHelp("The data folder to write; no collector may be writing it.", valueName: "DIR"))
    var dataDir = DataFolder.standard

    @Option(
        help: ArgumentHelp(
            "Where a running collector takes OTLP/HTTP, such as http://127.0.0.1:4318.", valueName: "URL"))
    var collector: String?

    @Option(
        help: ArgumentHelp(
            "What protobuf files hold, and what is taken of segments: traces, logs or metrics.", valueName: "SIGNAL"))
    var signal: SignalName?

    func run() async throws {
        do {
            if let collector {
                let remote = RemoteCollector(address: collector)
                try await read { try await remote.send($1, of: $0) }
            } else {
                let store = try SegmentStore.open(writing: dataDir)
                do {
                    try await read { signal, body in try await store.append(body, of: signal) }
                } catch {
                    try? await store.close()
                    throw error
                }
                try await store.close()
            }
        } catch let error as StoreError {
            throw ProgramError.failure(error.description)
        }
    }

    private func read(_ take: (Signal, [UInt8]) async throws -> AppendResult) async throws {
        var total = AppendResult(acceptedCount: 0)
        for file in files {
            try await ImportedFile(file, signal: signal?.signal).forEachBody { signal, body in
                let result = try await take(signal, body)
                total.acceptedCount += result.acceptedCount
                total.rejectedCount += result.rejectedCount
                if total.firstRejection == nil { total.firstRejection = result.firstRejection }
            }
        }
        Standard.output("imported \(total.acceptedCount) records")
        if total.rejectedCount > 0 {
            throw ProgramError.failure(
                "\(total.rejectedCount) records were rejected; the first: \(total.firstRejection ?? "no reason given")")
        }
    }
}

struct SegmentsBackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copies the data folder to a new one, also while a collector writes it.",
        discussion: "The copy holds every record that was acked before the command began, and opens by itself.")

    @Argument(help: ArgumentHelp("The folder to make; it must be new or empty.", valueName: "TARGET"))
    var target: String

    @Option(help: ArgumentHelp("The data folder of the collector.", valueName: "DIR"))
    var dataDir = DataFolder.standard

    func run() throws {
        let count = try programErrors { () throws(StoreError) in try SegmentStore.backup(dataDir, to: target) }
        Standard.output("backed up \(count) segments to \(target)")
    }
}

/// Does what may fail in the store, and says so as a program does.
private func programErrors<Result>(_ work: () throws(StoreError) -> Result) throws(ProgramError) -> Result {
    do throws(StoreError) {
        return try work()
    } catch {
        throw error.code == .unreadable ? .unreadable(error.description) : .failure(error.description)
    }
}

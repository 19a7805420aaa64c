import Foundation
import Glibc
import OTLP
import Program
import TelemetryStore
import TraceAssembly
import TraceView

/// The story that an argument names: a request in the store, a file, or standard input.
struct StoryInput {
    let argument: String
    let options: SourceOptions
    var correctsClocks = true

    /// `-`, what looks like a file and not like an id, or the name of a file that is there.
    var isFile: Bool {
        if argument == "-" || argument.contains("/") || argument.hasSuffix(".json") || argument.hasSuffix(".jsonl") {
            return true
        }
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: argument, isDirectory: &isFolder) && !isFolder.boolValue
    }

    /// The id as it is stored: X-Ray writes trace ids with a version and dashes, 1-5759e988-bd862e3fe1be46a994272793.
    var name: String {
        let root = argument.hasPrefix("Root=") ? argument.dropFirst("Root=".count) : argument[...]
        let parts = root.prefix { $0 != ";" }.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "1", parts[1].count == 8, parts[2].count == 24,
            TraceID(hex: parts[1] + parts[2]) != nil
        else { return argument }
        return String(parts[1] + parts[2])
    }

    /// - Throws: exit code 3 when there is no such request or several, 4 when it cannot be read.
    func story() async throws(ProgramError) -> Story {
        try await records().story(correctsClocks: correctsClocks)
    }

    func records() async throws(ProgramError) -> StoryRecords {
        if isFile { return try fromFile() }
        return try await records(from: source())
    }

    func source() throws(ProgramError) -> any TelemetrySource {
        do throws(ProgramError) {
            return try options.opened()
        } catch {
            // A mistyped command is taken for an id, and whoever mistypes it may have no folder yet.
            var error = error
            error.message += commandHint ?? ""
            throw error
        }
    }

    private var commandHint: String? {
        Nearness.closest(to: argument, in: TraceViewProgram.commandNames)
            .map { "; did you mean the command traceview \($0)?" }
    }

    func records(from source: any TelemetrySource) async throws(ProgramError) -> StoryRecords {
        let lookup = try await source.lookup(name)
        switch lookup {
        case .found(let request):
            return StoryRecords(
                id: request.key == .traceID ? nil : request.id, traceIDs: request.traceIDs,
                traces: request.records.traces, logs: request.records.logs)
        case .notFound: throw ProgramError.notFound(notFoundMessage)
        case .ambiguous(let candidates): throw ProgramError.notFound(ambiguousMessage(candidates))
        }
    }

    private func fromFile() throws(ProgramError) -> StoryRecords {
        let name = VisibleText.visible(argument)
        let progress = Progress("reading \(name)")
        defer { progress.end() }
        let data =
            argument == "-"
            ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: argument)
        guard let data else {
            throw .unreadable("cannot read \(name): got no file that can be read; give an id, a file or -")
        }
        do throws(TraceFileError) {
            let file = try TraceFile(Array(data))
            if file.rejections.count > 0, let first = file.rejections.first {
                Standard.error("traceview: \(file.rejections.count) records left out; \(VisibleText.visible(first))")
            }
            guard !file.traces.resourceSpans.isEmpty || !file.logs.resourceLogs.isEmpty else {
                throw TraceFileError("it has no spans and no logs")
            }
            return StoryRecords(id: nil, traceIDs: [], traces: file.traces, logs: file.logs)
        } catch {
            throw .unreadable("cannot read \(name): \(VisibleText.visible(error.description))")
        }
    }

    private var notFoundMessage: String {
        var message = "no request has the id \(VisibleText.visible(argument))"
        if argument.count < RequestLookup.prefixLengthMin {
            message += "; a prefix needs at least \(RequestLookup.prefixLengthMin) characters"
        }
        message += commandHint ?? ""
        return message + "; it may not have arrived yet (--wait 10s waits for it)"
    }

    private func ambiguousMessage(_ candidates: [Correlation]) -> String {
        let lines = candidates.map { "  \(VisibleText.visible($0.value))  (\(VisibleText.visible($0.key.rawValue)))" }
        return "several ids begin with \(VisibleText.visible(argument)):\n" + lines.joined(separator: "\n")
    }
}

/// What a story is assembled from.
struct StoryRecords {
    var id: String?
    var traceIDs: [TraceID]
    var traces: TracesData
    var logs: LogsData

    func story(correctsClocks: Bool = true) -> Story {
        let progress = Progress("putting the story together")
        defer { progress.end() }
        return StoryAssembler.assemble(
            id: id, traceIDs: traceIDs, traces: traces, logs: logs, correctsClocks: correctsClocks)
    }
}

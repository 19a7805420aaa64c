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

    /// `-`, or what looks like a file and not like an id.
    var isFile: Bool {
        argument == "-" || argument.contains("/") || argument.hasSuffix(".json") || argument.hasSuffix(".jsonl")
    }

    /// - Throws: exit code 3 when there is no such request or several, 4 when it cannot be read.
    func story() async throws(ProgramError) -> Story {
        if isFile { return try fromFile() }
        return try await story(from: source())
    }

    func source() throws(ProgramError) -> any RequestSource {
        do throws(StoreError) {
            return try options.source()
        } catch {
            throw ProgramError.unreadable(error.description)
        }
    }

    func story(from source: any RequestSource) async throws(ProgramError) -> Story {
        let lookup: RequestLookup
        do throws(StoreError) {
            lookup = try await source.request(argument)
        } catch {
            throw ProgramError.unreadable(error.description)
        }
        switch lookup {
        case .found(let request):
            return StoryAssembler.assemble(
                id: request.key == .traceID ? nil : request.id, traceIDs: request.traceIDs,
                traces: request.records.traces, logs: request.records.logs, correctsClocks: correctsClocks)
        case .notFound: throw ProgramError.notFound(notFoundMessage)
        case .ambiguous(let candidates): throw ProgramError.notFound(ambiguousMessage(candidates))
        }
    }

    private func fromFile() throws(ProgramError) -> Story {
        let data =
            argument == "-"
            ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: argument)
        guard let data else {
            throw .unreadable(
                "cannot read \(VisibleText.visible(argument)): got no file that can be read; give an id, a file or -")
        }
        do throws(TraceFileError) {
            let file = try TraceFile(Array(data))
            if file.rejections.count > 0, let first = file.rejections.first {
                Standard.error("traceview: \(file.rejections.count) records left out; \(VisibleText.visible(first))")
            }
            let story = StoryAssembler.assemble(traces: file.traces, logs: file.logs, correctsClocks: correctsClocks)
            guard !story.nodes.isEmpty || !story.strayLogs.isEmpty else {
                throw TraceFileError("it has no spans and no logs")
            }
            return story
        } catch {
            throw .unreadable("cannot read \(VisibleText.visible(argument)): \(VisibleText.visible(error.description))")
        }
    }

    private var notFoundMessage: String {
        var message = "no request has the id \(VisibleText.visible(argument))"
        if argument.count < RequestLookup.prefixLengthMin {
            message += "; a prefix needs at least \(RequestLookup.prefixLengthMin) characters"
        }
        return message + "; it may not have arrived yet (--wait 10s waits for it)"
    }

    private func ambiguousMessage(_ candidates: [Correlation]) -> String {
        let lines = candidates.map { "  \(VisibleText.visible($0.value))  (\(VisibleText.visible($0.key.rawValue)))" }
        return "several ids begin with \(VisibleText.visible(argument)):\n" + lines.joined(separator: "\n")
    }
}

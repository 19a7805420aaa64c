import ArgumentParser
import Foundation
import OTLP
import Program
import TraceAssembly
import TraceView

/// `traceview export <id> --as FORMAT`: a story for other tools.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes a request for other tools.",
        discussion: "Formats:\n"
            + ExportFormat.allCases.map {
                "  \($0.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0))\($0.purpose)"
            }
            .joined(separator: "\n"))

    @Argument(help: ArgumentHelp("The id of the request, a file, or -.", valueName: "id"), completion: .file())
    var id: String

    @OptionGroup var sourceOptions: SourceOptions
    @OptionGroup var priceOptions: PriceOptions

    @Option(
        name: [.customLong("as")],
        help: "The format: \(ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")).",
        completion: .list(ExportFormat.allCases.map(\.rawValue)))
    var format = ExportFormat.otlp

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Write to this file (default: standard output).", valueName: "FILE"),
        completion: .file())
    var output: String?

    @Flag(inversion: .prefixedNo, help: "Mask values that look sensitive (default: for html only).")
    var mask: Bool?

    func run() async throws {
        let prices = try priceOptions.list()
        let bytes = exported(try await StoryInput(argument: id, options: sourceOptions).records(), prices)
        guard let output else { return Standard.output(bytes) }
        try OutputFile.write(bytes, to: output)
        Standard.error("traceview: wrote \(VisibleText.visible(output)), \(bytes.count) bytes")
    }

    private func exported(_ records: StoryRecords, _ prices: PriceList) -> [UInt8] {
        let progress = Progress("writing")
        defer { progress.end() }
        var records = records
        if mask ?? (format == .html) {
            records.traces = Masking.mask(records.traces)
            records.logs = Masking.mask(records.logs)
        }
        if format == .otlp {
            let lines = [
                records.traces.resourceSpans.isEmpty ? [] : records.traces.json(),
                records.logs.resourceLogs.isEmpty ? [] : records.logs.json(),
            ]
            return Array(lines.filter { !$0.isEmpty }.map { $0 + [UInt8(ascii: "\n")] }.joined())
        }
        let story = records.story()
        let left = format.leftOutLogCount(of: story)
        if left > 0 {
            Standard.error(
                "traceview: left out \(left) \(left == 1 ? "log record" : "log records") without a span; --as otlp has them"
            )
        }
        return format.encode(story, ScreenOptions(width: 120, style: Style(hasColour: false), prices: prices))
    }
}

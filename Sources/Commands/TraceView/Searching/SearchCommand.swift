import ArgumentParser
import OTLP
import Program
import TelemetryStore
import TraceAssembly
import TraceView

/// `traceview search`: requests by what their spans were.
struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Finds requests: by service, name, status, duration, attribute, text, time.",
        discussion: "Newest first, one line a request. Words without a flag are texts to look for.")

    @Argument(help: ArgumentHelp("Texts to look for.", valueName: "text"))
    var words: [String] = []

    @OptionGroup var filterOptions: FilterOptions
    @OptionGroup var sourceOptions: SourceOptions
    @OptionGroup var screen: ScreenFlags

    @Option(name: [.customShort("l"), .long], help: ArgumentHelp("Requests to show.", valueName: "N"))
    var limit = 20

    @Flag(name: .shortAndLong, help: "Print ids only, for pipes.")
    var quiet = false

    @Flag(help: "Print each request as one JSON object a line.")
    var json = false

    func run() async throws {
        var filter = filterOptions.filter()
        filter.phrases += words
        let source = try sourceOptions.opened()
        let finder = RequestFinder(source: source, filter: filter, wantsSuccess: filterOptions.wantsSuccess)
        let stories = try await finder.stories(limit: max(1, limit))
        guard !stories.isEmpty else {
            let hint = await KnownServices.hint(filterOptions.service, source)
            throw ProgramError.notFound(
                "no request is like that" + (hint ?? "; --since looks further back, fewer conditions find more"))
        }
        if quiet {
            for story in stories { Standard.output(VisibleText.visible(story.id ?? story.traceIDs.first?.hex ?? "")) }
        } else if json {
            for story in stories { Standard.output(RequestLine.json(story) + [UInt8(ascii: "\n")]) }
        } else {
            screen.show(RequestLine.table(stories, screen.options()))
        }
    }
}

/// Suggests what was meant when a service is not known.
enum KnownServices {
    /// `nil` when all are known.
    static func hint(_ wanted: [String], _ source: any TelemetrySource) async -> String? {
        guard !wanted.isEmpty, let rows = try? await source.aggregate(Aggregation(.traces, groupBy: [.service])) else {
            return nil
        }
        let known = rows.compactMap { $0.key.first ?? nil }
        guard let unknown = wanted.first(where: { !known.contains($0) }) else { return nil }
        let message = "; no service is called \(VisibleText.visible(unknown))"
        guard let near = Nearness.closest(to: unknown, in: known) else {
            return message + ", there are: " + known.prefix(12).map { VisibleText.visible($0) }.joined(separator: ", ")
        }
        return message + ", did you mean \(VisibleText.visible(near))?"
    }
}

/// Which known word a typed one was meant to be.
enum Nearness {
    /// `nil` when nothing is near.
    static func closest(to word: String, in known: [String]) -> String? {
        let measured = known.map { (word: $0, distance: distance(Array(word.lowercased()), Array($0.lowercased()))) }
        guard let best = measured.min(by: { $0.distance < $1.distance }), best.distance <= max(1, word.count / 3) else {
            return known.first { $0.lowercased().hasPrefix(word.lowercased()) }
        }
        return best.word
    }

    /// Letters to change, add, leave out or swap with their neighbour.
    ///
    /// Source: Damerau and Levenshtein, optimal string alignment.
    static func distance(_ left: [Character], _ right: [Character]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var rows = [Array(0...right.count)]
        for i in 1...left.count {
            var row = [i]
            for j in 1...right.count {
                let change = rows[i - 1][j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
                var best = min(rows[i - 1][j] + 1, row[j - 1] + 1, change)
                if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                    best = min(best, rows[i - 2][j - 2] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}

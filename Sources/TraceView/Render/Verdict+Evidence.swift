import OTLP
import TraceAssembly

// What is not here, and what was set right.

extension Verdict {
    func arrivals() -> [String] {
        var lines: [String] = []
        if let arrival = story.arrival, !arrival.isComplete {
            if arrival.arrivedSpans < arrival.begunSpans {
                lines.append("\(arrival.arrivedSpans) of \(arrival.begunSpans) spans arrived")
            }
            if arrival.arrivedLogs < arrival.begunLogs {
                lines.append("\(arrival.arrivedLogs) of \(arrival.begunLogs) logs arrived")
            }
        }
        lines += story.problems.prefix(Limits.problemsMax).map(describe)
        if story.problems.count > Limits.problemsMax {
            lines.append("and \(Units.grouped(story.problems.count - Limits.problemsMax)) more such things; see --json")
        }
        return lines.flatMap { wrapped(("! " + $0).split(separator: " ").map(String.init), separator: " ", .warned) }
    }

    func clocks() -> [String] {
        guard !story.clockCorrections.isEmpty else { return [] }
        let words = story.clockCorrections.prefix(Limits.problemsMax).map { correction in
            "\(VisibleText.visible(correction.name)) \(Units.offset(correction.offsetNanoseconds))"
                + " (\(Units.count(correction.pairCount, "pair")))"
        }
        let more = story.clockCorrections.count - words.count
        return wrapped(
            ["clock: " + words[0]] + words.dropFirst() + (more > 0 ? ["\(more) more"] : []), separator: " · ", .warned)
    }

    private func describe(_ problem: Story.Problem) -> String {
        switch problem {
        case .lostParent(_, let spanID, let children):
            "lost parent \(spanID.hex): \(Units.count(children, "span")) \(children == 1 ? "names" : "name") it, it never arrived"
        case .cycle(let node): "cycle: \(names.full(node)) is its own ancestor; cut above it"
        case .duplicateSpanID(let node): "\(names.full(node)) shares its span id with another span; both are shown"
        case .silentFunction(_, let name): "\(VisibleText.visible(name)) was invoked but sent no telemetry"
        case .endBeforeStart(let node): "\(names.full(node)) ends before it starts; shown without duration"
        }
    }
}

import OTLP
import TraceAssembly

/// The lines above the waterfall, the most important first: one may stop reading after any of them.
struct Verdict {
    let story: Story
    let options: ScreenOptions
    let scale: TimeScale

    var width: Int { options.width }
    var style: Style { options.style }
    var names: SpanText { SpanText(story: story) }

    func lines() -> [String] {
        guard let main = story.mainRoot else {
            return [line("? no spans arrived for this request", .warned)] + arrivals()
        }
        var lines = headline(main)
        lines += facts(main)
        lines += paths(main)
        // The one line that nobody may have to guess the rest of.
        if let cause = rootCause() {
            let role: Style.Role = story.hasFailed ? .failed : .warned
            lines += wrapped(cause.split(separator: " ").map(String.init), separator: " ", role)
        }
        lines += arrivals()
        lines += clocks()
        return lines
    }

    /// Two lines for a screen that needs its room, and some of what is missing or was set right.
    func title(notesMax: Int) -> [String] {
        var notes = arrivals() + clocks()
        if notes.count > notesMax {
            let more = notes.count - notesMax + 1
            notes =
                notesMax > 0
                ? notes.prefix(notesMax - 1) + [line("  ! \(Units.count(more, "more note")); see --plain", .warned)]
                : []
        }
        return summary() + notes
    }

    private func summary() -> [String] {
        guard let main = story.mainRoot else { return [lines().first ?? "", ""] }
        let second: (text: String, role: Style.Role?) =
            if let cause = rootCause() { (cause, story.hasFailed ? .failed : .warned) } else {
                (paths(main).first.map { String($0.drop { $0 == " " }) } ?? "", nil)
            }
        return [headline(main).first ?? "", line("  " + second.text, second.role)]
    }

    func line(_ text: String, _ role: Style.Role? = nil) -> String {
        style.paint(Cells.truncate(text, width), role)
    }

    /// As many to a line as fit; what follows the first line stands deeper.
    func wrapped(_ parts: [String], separator: String, _ role: Style.Role? = nil) -> [String] {
        var lines: [String] = []
        var current = ""
        for part in parts {
            let longer = current.isEmpty ? "  " + part : current + separator + part
            if Cells.width(longer) > width, !current.isEmpty {
                lines.append(line(current, role))
                current = "    " + part
            } else {
                current = longer
            }
        }
        lines.append(line(current, role))
        return lines
    }

    /// A title and what it is made of; on a narrow screen these stand below it.
    func titled(_ title: String, _ parts: [String], _ role: Style.Role? = nil) -> [String] {
        let first = title + " " + parts[0]
        guard Cells.width(first) + 2 > width else {
            return wrapped([first] + parts.dropFirst(), separator: " · ", role)
        }
        return [line("  " + title, role)] + parts.map { line("    " + $0, role) }
    }

    // MARK: Line 1: what happened

    private func headline(_ main: Int) -> [String] {
        let node = story.nodes[main]
        let (mark, role, words) = outcome()
        var text = mark + " " + names.title(main) + names.attempt(main)
        if let status = names.statusCode(main) {
            text += " → \(status)"
        } else if node.isError {
            text += " → error"
        }
        text += words
        let duration = node.isRunning ? "still running" : Units.duration(node.durationNanoseconds)
        let ids = identification()
        if Cells.width(text) + 2 + Cells.width(duration) + 2 + Cells.width(ids) <= width {
            return [style.paint(text + "  " + duration, role) + "  " + ids]
        }
        // The duration is never what is cut off.
        let room = width - Cells.width(duration) - 2
        return [style.paint(Cells.truncate(text, room) + "  " + duration, role)] + wrapped(idParts(), separator: "  ")
    }

    private func outcome() -> (mark: String, role: Style.Role, words: String) {
        switch story.outcome {
        case .unknown: ("?", .warned, "")
        case .running: ("…", .warned, "")
        case .succeeded: ("✓", .good, "")
        case .recovered: ("✓", .good, "")
        case .failed: ("✗", .failed, "")
        case .failedLater(let node): ("✗", .failed, ", then \(names.full(node)) failed")
        }
    }

    private func identification() -> String { idParts().joined(separator: "  ") }

    private func idParts() -> [String] {
        var parts: [String] = []
        if let id = story.id, story.traceIDs.first?.hex != id { parts.append("request \(VisibleText.visible(id))") }
        if let trace = story.traceIDs.first {
            let more = story.traceIDs.count > 1 ? " +\(story.traceIDs.count - 1)" : ""
            // Ids of 64 bits have zeros in front, which tell nothing.
            let hex = trace.high == 0 ? String(trace.hex.suffix(16)) : trace.hex
            parts.append("trace \(width >= Limits.selfTimeWidthMin ? hex : String(hex.prefix(16)))\(more)")
        }
        return parts
    }

    // MARK: Line 2: how much of it

    private func facts(_ main: Int) -> [String] {
        var facts = [options.clock.moment(scale.start), population()]
        let spans = story.nodes.lazy.filter { $0.record != nil }.count
        let logs = story.nodes.reduce(story.strayLogs.count) { $0 + $1.logs.count }
        let errors = story.nodes.lazy.filter { $0.record != nil && $0.isError }.count
        facts += [Units.count(spans, "span"), Units.count(logs, "log")]
        if errors > 0 { facts.append(Units.count(errors, "error")) }
        if let attempt = story.nodes[main].attempt { facts.append(Units.count(attempt.count, "attempt")) }
        let retried = failedAttempts()
        if retried > 0 { facts.append(Units.count(retried, "failed attempt")) }
        if let cold = coldStarts() { facts.append(cold) }
        facts += cost()
        facts += scale.folds.map { "\(Units.duration($0.durationNanoseconds)) idle not drawn" }
        return wrapped(facts, separator: " · ")
    }

    /// Functions where all that ran are functions.
    private func population() -> String {
        var services: Set<String> = []
        for node in story.nodes where node.record != nil { services.insert(node.service) }
        let functions = Set(story.invocations.map { story.nodes[$0.node].service })
        return Units.count(services.count, functions == services ? "function" : "service")
    }

    /// Tries that failed, of what is not the request as a whole.
    private func failedAttempts() -> Int {
        story.nodes.lazy.filter { $0.attempt != nil && $0.isError && $0.depth > 0 }.count
    }

    private func coldStarts() -> String? {
        let cold = story.invocations.filter(\.isColdStart)
        guard !cold.isEmpty else { return nil }
        let total = cold.reduce(0) { $0 + ($1.initNanoseconds ?? 0) }
        return Units.count(cold.count, "cold start") + (total > 0 ? " (\(Units.duration(total)))" : "")
    }

    private func cost() -> [String] {
        let cost = StoryCost(of: story, prices: options.prices)
        var facts: [String] = []
        let tokens = cost.inputTokens + cost.outputTokens
        if tokens > 0 {
            let split = width >= Limits.selfTimeWidthMin ? " (\(Units.grouped(cost.outputTokens)) out)" : ""
            facts.append("\(Units.grouped(tokens)) model tokens\(split)")
        }
        if let perMillion = cost.perMillion {
            let least = cost.unknownCount > 0 ? "≥ " : ""
            facts.append("\(least)\(Units.dollars(cost.total)), \(Units.dollars(perMillion)) per million")
        }
        return facts
    }

    // MARK: Line 4: what failed first

    private func rootCause() -> String? {
        guard let cause = story.rootCause, let span = story.nodes[cause].span else { return nil }
        let title = story.hasFailed ? "root cause" : "recovered from"
        let words = FailureText.words(span)
        // One span that says no more than the headline is no news.
        guard story.nodes.count > 1 || !words.isEmpty else { return nil }
        return "\(title): \(names.full(cause))" + (words.isEmpty ? "" : " — " + words)
    }
}

import OTLP
import TraceAssembly

/// The lines above the waterfall, the most important first: one may stop reading after any of them.
struct Verdict {
    let story: Story
    let width: Int
    let style: Style

    func lines() -> [String] {
        guard let main = story.mainRoot else { return [line("? no spans arrived for this request", .warned)] }
        var lines = headline(main)
        lines += facts()
        if let path = criticalPath() { lines += path }
        // The one line that nobody may have to guess the rest of.
        if let cause = rootCause() {
            lines += wrapped(cause.split(separator: " ").map(String.init), separator: " ", .failed)
        }
        lines += story.problems.prefix(problemsMax).map { line("  ! " + describe($0), .warned) }
        if story.problems.count > problemsMax {
            lines.append(line("  ! … and \(story.problems.count - problemsMax) more (see --json)", .warned))
        }
        return lines
    }

    private let problemsMax = 5

    private func line(_ text: String, _ role: Style.Role? = nil) -> String {
        style.paint(Cells.truncate(text, width), role)
    }

    // MARK: Line 1: what happened

    private func headline(_ main: Int) -> [String] {
        let node = story.nodes[main]
        let hasFailed = node.isError
        var outcome = hasFailed ? "✗ " : "✓ "
        outcome += name(main)
        if let status = statusCode(node) { outcome += " → \(status)" } else if hasFailed { outcome += " → error" }
        outcome += "  " + (node.isRunning ? "still running" : Units.duration(node.durationNanoseconds))
        let ids = identification()
        let role: Style.Role = hasFailed ? .failed : .good
        if Cells.width(outcome) + 2 + Cells.width(ids) <= width {
            return [style.paint(outcome, role) + "  " + ids]
        }
        return [line(outcome, role), line("  " + ids)]
    }

    private func identification() -> String {
        var parts: [String] = []
        if let id = story.id, story.traceIDs.first?.hex != id { parts.append("request \(VisibleText.visible(id))") }
        if let trace = story.traceIDs.first {
            let more = story.traceIDs.count > 1 ? " +\(story.traceIDs.count - 1)" : ""
            parts.append("trace \(width >= 120 ? trace.hex : String(trace.hex.prefix(16)))\(more)")
        }
        return parts.joined(separator: "  ")
    }

    private func statusCode(_ node: Story.Node) -> Int64? {
        let attributes = node.span?.attributes ?? []
        return attributes["http.response.status_code"]?.int ?? attributes["http.status_code"]?.int
            ?? attributes["rpc.grpc.status_code"]?.int
    }

    // MARK: Line 2: how much of it

    private func facts() -> [String] {
        let spans = story.nodes.filter { $0.span != nil }
        let services = Set(spans.map(\.service))
        let logs = story.nodes.reduce(story.strayLogs.count) { $0 + $1.logs.count }
        let errors = spans.filter(\.isError).count
        var facts = [
            Units.moment(spans.map(\.startTimeUnixNano).min() ?? 0), Units.count(services.count, "service"),
            Units.count(spans.count, "span"), Units.count(logs, "log"),
        ]
        if errors > 0 { facts.append(Units.count(errors, "error")) }
        if let tokens = modelTokens(spans) { facts.append(tokens) }
        return wrapped(facts, separator: " · ")
    }

    private func modelTokens(_ spans: [Story.Node]) -> String? {
        var tokens: Int64 = 0
        for span in spans.compactMap(\.span) {
            for key in ["gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens"] {
                tokens = tokens.addingReportingOverflow(max(0, span.attributes[key]?.int ?? 0)).partialValue
            }
        }
        return tokens > 0 ? "\(tokens) model tokens" : nil
    }

    /// As many to a line as fit; what follows the first line stands deeper.
    private func wrapped(_ parts: [String], separator: String, _ role: Style.Role? = nil) -> [String] {
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

    // MARK: Line 3: where the time went

    private func criticalPath() -> [String]? {
        guard let main = story.mainRoot, story.nodes.count > 1 else { return nil }
        let total = story.nodes[main].durationNanoseconds
        guard total > 0, !story.criticalPath.isEmpty else { return nil }
        var shares: [Int: UInt64] = [:]
        for segment in story.criticalPath { shares[segment.node, default: 0] += segment.durationNanoseconds }
        let largest = shares.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(width >= 100 ? 5 : 3)
        let words = largest.map { "\(shortName($0.key)) \(Units.percent($0.value, of: total))" }
        return wrapped(["critical path \(Units.duration(total)): \(words[0])"] + words.dropFirst(), separator: " · ")
    }

    // MARK: Line 4: what failed first

    private func rootCause() -> String? {
        guard let cause = story.rootCause, let span = story.nodes[cause].span else { return nil }
        var text = "root cause: \(shortName(cause))"
        let exception = span.events.last { $0.name == "exception" }
        let type = exception?.attributes["exception.type"]?.string ?? span.attributes["error.type"]?.string
        let message = exception?.attributes["exception.message"]?.string ?? span.status?.message
        let words = [type, message].compactMap { $0 }.filter { !$0.isEmpty }.map { VisibleText.visible($0) }
        if !words.isEmpty { text += " — " + words.joined(separator: ": ") }
        return text
    }

    // MARK: Words

    private func describe(_ problem: Story.Problem) -> String {
        switch problem {
        case .lostParent(_, let spanID, let children):
            "lost parent \(spanID.hex): \(Units.count(children, "span")) \(children == 1 ? "names" : "name") it, it never arrived"
        case .cycle(let node): "cycle: \(shortName(node)) is its own ancestor; cut above it"
        case .duplicateSpanID(let node): "\(shortName(node)) shares its span id with another span; both are shown"
        case .silentFunction(_, let name): "\(VisibleText.visible(name)) was invoked but sent no telemetry"
        case .endBeforeStart(let node): "\(shortName(node)) ends before it starts; shown without duration"
        }
    }

    private func name(_ node: Int) -> String {
        guard let span = story.nodes[node].span else { return "(lost parent)" }
        guard !span.name.isEmpty else { return "(no name)" }
        // Some servers name a span by its route alone.
        let method = span.name.hasPrefix("/") ? span.attributes["http.request.method"]?.string.map { "\($0) " } : nil
        return VisibleText.visible((method ?? "") + span.name)
    }

    private func shortName(_ node: Int) -> String {
        let service = VisibleText.visible(story.nodes[node].service)
        return service.isEmpty ? name(node) : "\(service) \(name(node))"
    }
}

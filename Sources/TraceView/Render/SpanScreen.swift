import OTLP
public import TraceAssembly

/// All that is known of one span, as lines of text.
public struct SpanScreen: Sendable {
    let story: Story
    let node: Int
    let options: ScreenOptions

    public init(_ story: Story, node: Int, _ options: ScreenOptions) {
        self.story = story
        self.node = node
        self.options = options
    }

    /// The spans that `text` names: the first digits of a span id, a name or a part of one, or `cause` for the root cause.
    public static func find(_ text: String, in story: Story) -> [Int] {
        if text == "cause", let cause = story.rootCause { return [cause] }
        let spans = story.nodes.indices.filter { story.nodes[$0].record != nil }
        let byID =
            text.count >= 4 ? spans.filter { story.nodes[$0].record?.span.spanID.hex.hasPrefix(text) ?? false } : []
        if !byID.isEmpty { return byID }
        let names = SpanText(story: story)
        let byName = spans.filter { names.name($0) == text || names.full($0) == text }
        if !byName.isEmpty { return byName }
        let wanted = text.lowercased()
        return spans.filter { names.full($0).lowercased().contains(wanted) }
    }

    /// "tutor chat pretend-1", to list candidates with.
    public static func title(of node: Int, in story: Story) -> String {
        (story.nodes[node].record?.span.spanID.hex ?? "") + "  " + SpanText(story: story).full(node)
    }

    public func lines() -> [String] {
        guard let span = story.nodes[node].span else { return [] }
        let style = options.style
        let names = SpanText(story: story)
        var lines = [(story.nodes[node].isError ? "✗ " : "✓ ") + names.full(node)]
        lines[0] = style.paint(Cells.truncate(lines[0], options.width), story.nodes[node].isError ? .failed : .good)
        lines += facts(span).flatMap { field($0.0, $0.1) }
        lines += section("attributes", span.attributes)
        for event in span.events {
            lines += section("event \(offset(event.timeUnixNano)) \(event.name)", event.attributes, always: true)
        }
        for link in span.links {
            lines += section("link \(link.traceID.hex) \(link.spanID.hex)", link.attributes, always: true)
        }
        lines += logs()
        lines += section("resource", story.nodes[node].resource?.attributes ?? [])
        if let scope = story.nodes[node].scope, !scope.name.isEmpty {
            lines += section("scope \(scope.name) \(scope.version)", scope.attributes, always: true)
        }
        return lines.map(style.finish)
    }

    private func facts(_ span: Span) -> [(String, String)] {
        let place = story.nodes[node]
        var facts = [
            ("trace", span.traceID.hex), ("span", span.spanID.hex),
            ("started", options.clock.moment(place.startTimeUnixNano) + "  " + offset(place.startTimeUnixNano)),
            ("took", place.isRunning ? "still running" : Units.duration(place.durationNanoseconds)),
        ]
        if !place.children.isEmpty { facts.append(("of its own", Units.duration(place.selfTimeNanoseconds))) }
        if place.coldStartNanoseconds > 0 { facts.append(("start-up", Units.duration(place.coldStartNanoseconds))) }
        if place.clockOffsetNanoseconds != 0 {
            facts.append(("clock", "set right by " + Units.offset(place.clockOffsetNanoseconds)))
        }
        let path = story.criticalPath.filter { $0.node == node }.reduce(0) { $0 + $1.durationNanoseconds }
        if path > 0 { facts.append(("critical", Units.duration(path) + " of the critical path")) }
        let words = FailureText.words(span)
        if place.isError, !words.isEmpty { facts.append(("error", words)) }
        return facts
    }

    private func logs() -> [String] {
        let logs = story.nodes[node].logs
        guard !logs.isEmpty else { return [] }
        var lines = ["", options.style.paint("  logs", .strong)]
        for log in logs {
            let text = "\(offset(log.timeUnixNano)) \(LogText.severity(log.record)) \(LogText.line(log.record))"
            lines += wrapped(text, indent: 4)
        }
        return lines
    }

    private func section(_ title: String, _ attributes: [Attribute], always: Bool = false) -> [String] {
        guard always || !attributes.isEmpty else { return [] }
        let head = Cells.truncate("  " + VisibleText.visible(title), options.width)
        var lines = ["", options.style.paint(head, .strong)]
        for attribute in attributes {
            lines += field(VisibleText.visible(attribute.key), attribute.value.map(LogText.plain) ?? "")
        }
        return lines
    }

    /// A name and its value, which goes on below itself; a stack trace keeps its lines.
    private func field(_ name: String, _ value: String) -> [String] {
        let column = min(max(12, Cells.width(name) + 1), options.width / 2)
        let label = Cells.fit("    " + name, column + 4)
        let texts = value.replacing("\r\n", with: "\n").replacing("\t", with: "    ")
            .split(separator: "\n", omittingEmptySubsequences: true).map { VisibleText.visible($0) }
        let lines = texts.flatMap { wrapped($0, indent: column + 5) }
        guard let first = lines.first else { return [options.style.paint(label, .faint)] }
        return [options.style.paint(label, .faint) + first.dropFirst(column + 4)] + lines.dropFirst()
    }

    private func wrapped(_ text: String, indent: Int) -> [String] {
        let room = options.width - indent
        var lines: [String] = []
        var current = ""
        var used = 0
        for character in text {
            let width = Cells.width(String(character))
            if used + width > room {
                lines.append(String(repeating: " ", count: indent) + current)
                (current, used) = ("", 0)
            }
            current.append(character)
            used += width
        }
        if !current.isEmpty { lines.append(String(repeating: " ", count: indent) + current) }
        return lines
    }

    private func offset(_ time: UInt64) -> String {
        let start = story.mainRoot.map { story.nodes[$0].startTimeUnixNano } ?? 0
        return "+" + Units.duration(time > start ? time - start : 0)
    }
}

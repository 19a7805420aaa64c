import OTLP
public import TraceAssembly

/// A request in one line.
public enum RequestLine {
    /// Newest first or as they come, in columns.
    public static func table(_ stories: [Story], _ options: ScreenOptions) -> [String] {
        let isWide = options.width >= Limits.selfTimeWidthMin
        var columns = [
            TextTable.Column(title: "", isWhole: true), TextTable.Column(title: "TIME", isWhole: true, leaves: 1),
            TextTable.Column(title: "TOOK", isRight: true),
            TextTable.Column(title: "REQUEST"), TextTable.Column(title: "ID", isWhole: true),
        ]
        if isWide { columns.append(TextTable.Column(title: "ROOT CAUSE")) }
        var table = TextTable(columns: columns)
        table.rows = stories.map { story in
            let line = words(story)
            var cells = [
                TextTable.Cell(line.mark, line.role), TextTable.Cell(moment(story, options), .faint),
                TextTable.Cell(line.duration), TextTable.Cell(line.title, story.hasFailed ? .failed : nil),
                TextTable.Cell(shortID(story, options), .faint),
            ]
            if isWide { cells.append(TextTable.Cell(line.cause, story.hasFailed ? .failed : .warned)) }
            return cells
        }
        return table.lines(options)
    }

    /// One line as it comes, without columns that wait for others.
    public static func line(_ story: Story, _ options: ScreenOptions) -> String {
        let words = words(story)
        var line = StyledLine(words.mark + " ", words.role)
        line.append(start(story).map { options.clock.time($0) } ?? "", .faint)
        line.append(" " + Cells.alignRight(words.duration, 7) + "  ")
        line.append(words.title, story.hasFailed ? .failed : nil)
        if !words.cause.isEmpty { line.append(" — " + words.cause, story.hasFailed ? .failed : .warned) }
        // The id stays whole: it is what one goes on with.
        let id = "  " + shortID(story, options)
        line = line.truncated(max(1, options.width - Cells.width(id)))
        line.append(id, .faint)
        return options.style.finish(line.truncated(options.width).rendered(options.style))
    }

    /// `{"id", "traceIds", "startTimeUnixNano", "durationNano", "outcome", "service", "name", "rootCause"}`
    public static func json(_ story: Story) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            if let id = story.id { writer.member("id", id) }
            writer.array("traceIds") { writer in for trace in story.traceIDs { writer.value(trace.hex) } }
            if let main = story.mainRoot, let record = story.nodes[main].record {
                writer.key("startTimeUnixNano")
                writer.value(quoting: story.nodes[main].startTimeUnixNano)
                writer.key("durationNano")
                writer.value(quoting: story.nodes[main].durationNanoseconds)
                writer.member("service", record.service)
                writer.member("name", record.span.name)
            }
            writer.member("hasFailed", story.hasFailed)
            if let cause = story.rootCause { writer.member("rootCause", SpanText(story: story).full(cause)) }
        }
        return writer.bytes
    }

    private static func words(
        _ story: Story
    ) -> (mark: String, role: Style.Role, title: String, duration: String, cause: String) {
        let names = SpanText(story: story)
        let (mark, role): (String, Style.Role) = story.hasFailed ? ("✗", .failed) : ("✓", .good)
        guard let main = story.mainRoot else { return ("?", .warned, "(no spans)", "", "") }
        var title = names.full(main)
        if let status = names.statusCode(main) { title += " → \(status)" }
        let node = story.nodes[main]
        let duration = node.isRunning ? "running" : Units.duration(node.durationNanoseconds)
        var cause = ""
        if let place = story.rootCause, let record = story.nodes[place].record {
            let words = FailureText.words(record.span)
            cause = names.full(place) + (words.isEmpty ? "" : ": " + words)
        }
        return (mark, role, title, duration, cause)
    }

    /// A long id gives way to the trace's, which may be cut: its beginning finds the request as well.
    private static func shortID(_ story: Story, _ options: ScreenOptions) -> String {
        let hex = story.traceIDs.first?.hex ?? ""
        if let id = story.id.map({ VisibleText.visible($0) }) {
            let most = max(Limits.idCellsMin, options.width / 4)
            if Cells.width(id) <= most { return id }
            if hex.isEmpty { return Cells.truncate(id, most) }
        }
        return options.width >= Limits.attributesWidthMin ? hex : String(hex.prefix(16))
    }

    private static func start(_ story: Story) -> UInt64? { story.mainRoot.map { story.nodes[$0].startTimeUnixNano } }

    private static func moment(_ story: Story, _ options: ScreenOptions) -> String {
        guard let start = start(story) else { return "" }
        return options.width >= 80
            ? String(options.clock.moment(start).prefix(19)) : String(options.clock.time(start).prefix(8))
    }
}

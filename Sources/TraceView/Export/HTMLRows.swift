import OTLP
import TraceAssembly

/// The waterfall as rows of a page: a line that opens where there is more to say.
struct HTMLRows {
    let story: Story
    let scale: TimeScale
    let rows: [StoryRow]
    private let labels: WaterfallLabel
    private let paths: [Int: [Story.PathSegment]]

    /// Where a row's details go.
    static let place = "\u{1}"

    init(story: Story, scale: TimeScale, rows: [StoryRow], detached: [Bool]) {
        self.story = story
        self.scale = scale
        self.rows = rows
        labels = WaterfallLabel(story)
        paths = Dictionary(
            grouping: story.criticalPath + story.completionPath.filter { detached[$0.node] }, by: \.node)
    }

    func row(_ index: Int) -> String {
        let row = rows[index]
        switch row.content {
        case .node(let node): return nodeRow(node, row)
        case .similar(let spans):
            let times = spans.nodes.map { (story.nodes[$0].startTimeUnixNano, story.nodes[$0].endTimeUnixNano) }
            let bars = merged(times).map { stretch($0.start, $0.end, nil) }.joined()
            return "<div class=\"r\">" + label(row)
                + "<span class=t></span><span></span><span class=b>\(bars)</span></div>"
        case .waiting(let node, let nanoseconds):
            let start = story.nodes[node].startTimeUnixNano
            let bar = stretch(start - nanoseconds, start, "w")
            return "<div class=\"r\">" + label(row)
                + "<span class=t>\(time(nanoseconds))</span><span></span><span class=b>\(bar)</span></div>"
        case .silentFunction:
            return "<div class=\"r warn\">" + label(row) + "<span></span><span>?</span><span></span></div>"
        case .hidden: return "<div class=\"r s\">" + label(row) + "</div>"
        case .log(let log, let repeats): return logRow(log, repeats, row)
        case .failure(let words, _): return line(row, "✗ " + words, "bad")
        case .strayLog(let log): return line(row, "? log without a span: " + LogText.line(log.record), "warn")
        case .moreStrayLogs(let count): return line(row, "? … and \(Units.count(count, "more such log"))", "warn")
        }
    }

    private func nodeRow(_ node: Int, _ row: StoryRow) -> String {
        let place = story.nodes[node]
        let duration = place.isRunning ? "running" : place.record == nil ? "" : time(place.durationNanoseconds)
        let marks = (place.isError ? "✗" : "") + (place.record == nil ? "?" : "") + (place.isRunning ? "&gt;" : "")
        var bars = place.record == nil ? "" : bar(place)
        let work = (paths[node] ?? []).filter { $0.kind == .work }
        for part in merged(work.map { ($0.startTimeUnixNano, $0.endTimeUnixNano) }) {
            bars += stretch(part.start, part.end, "p")
        }
        return "<details><summary\(place.isError ? " class=bad" : "")>" + label(row)
            + "<span class=t>\(duration)</span><span>\(marks)</span><span class=b>\(bars)</span></summary>"
            + HTMLRows.place + "</details>"
    }

    private func bar(_ node: Story.Node) -> String {
        guard node.startTimeUnixNano > 0 else { return "" }
        let cold =
            node.coldStartNanoseconds > 0
            ? stretch(node.startTimeUnixNano - node.coldStartNanoseconds, node.startTimeUnixNano, "c") : ""
        return cold + stretch(node.startTimeUnixNano, node.endTimeUnixNano, nil)
    }

    private func stretch(_ start: UInt64, _ end: UInt64, _ kind: String?) -> String {
        let (from, to) = (scale.eighths(start), scale.eighths(end))
        func percent(_ eighths: Int) -> String {
            let thousandths = eighths * 100_000 / (scale.cells * 8)
            let rest = thousandths % 1_000
            return "\(thousandths / 1_000).\(rest / 100)\(rest / 10 % 10)"
        }
        let style = "left:\(percent(from))%;width:\(percent(max(0, to - from)))%"
        return "<i\(kind.map { " class=\($0)" } ?? "") style=\"\(style)\"></i>"
    }

    /// Stretches that nobody could tell apart on a screen are one.
    private func merged(_ times: [(UInt64, UInt64)]) -> [(start: UInt64, end: UInt64)] {
        let least = scale.cells * 8 / 200
        var result: [(start: UInt64, end: UInt64)] = []
        for (start, end) in times.sorted(by: { $0.0 < $1.0 }) {
            if let last = result.last, scale.eighths(start) - scale.eighths(last.end) < least, result.count > 8 {
                result[result.count - 1].end = max(last.end, end)
            } else {
                result.append((start, end))
            }
        }
        return result
    }

    private func label(_ row: StoryRow) -> String {
        let text = labels.line(row, column: 120).rendered(Style(hasColour: false))
        return "<span class=n>\(HTMLText.escaped(text))</span>"
    }

    private func logRow(_ log: Story.StoryLog, _ repeats: Int, _ row: StoryRow) -> String {
        let severity = log.record.severityNumber
        let times = repeats > 1 ? "×\(repeats) " : ""
        let text =
            "+\(Units.duration(log.timeUnixNano > scale.start ? log.timeUnixNano - scale.start : 0)) "
            + LogText.severity(log.record) + " " + times + LogText.line(log.record).prefix(Limits.messageLengthMax)
        return line(row, text, severity >= .error ? "bad" : severity >= .warn ? "warn" : "")
    }

    private func line(_ row: StoryRow, _ text: String, _ kind: String) -> String {
        "<div class=\"l \(kind)\">\(HTMLText.escaped(row.guides + "  " + text))</div>"
    }

    private func time(_ nanoseconds: UInt64) -> String { Units.duration(nanoseconds) }

    // MARK: Details

    /// By row, as far as the room goes.
    func details(within room: Int) -> [Int: String] {
        var details: [Int: String] = [:]
        var rest = room
        for index in rows.indices.sorted(by: { rank($0) < rank($1) }) {
            guard case .node(let node) = rows[index].content, let record = story.nodes[node].record else { continue }
            let text = self.details(record)
            let isRoom = text.utf8.count <= rest
            let shown = isRoom ? text : "<dl><dt>attributes</dt><dd>left out: the page is full</dd></dl>"
            guard isRoom || shown.utf8.count <= rest else { continue }
            rest -= shown.utf8.count
            details[index] = shown
        }
        return details
    }

    /// Failed spans, then the critical path, then the others, each in order of the page.
    private func rank(_ index: Int) -> Int {
        guard case .node(let node) = rows[index].content else { return .max }
        let group = story.nodes[node].isError ? 0 : paths[node] != nil ? 1 : 2
        return group * rows.count + index
    }

    private func details(_ record: Story.SpanRecord) -> String {
        var text = "<dl>"
        func add(_ name: String, _ value: String) {
            text +=
                "<dt>\(HTMLText.escaped(name))</dt><dd>\(HTMLText.escaped(String(value.prefix(Limits.messageLengthMax))))</dd>"
        }
        add("span", record.span.spanID.hex)
        if let message = record.span.status?.message, !message.isEmpty { add("status", message) }
        for attribute in record.span.attributes { add(attribute.key, attribute.value.map(LogText.plain) ?? "") }
        for event in record.span.events {
            add("event", event.name)
            for attribute in event.attributes { add("  " + attribute.key, attribute.value.map(LogText.plain) ?? "") }
        }
        for link in record.span.links { add("link", "\(link.traceID.hex) \(link.spanID.hex)") }
        return text + "</dl>"
    }
}

public import OTLP
import TraceAssembly

/// Decides which rows a story is told with, and in which order.
///
/// 1. Siblings that do the same are one row.
/// 2. If what is left is more than fits, the roots, the way to the root cause, errors and the critical path with the
///    ancestors of each stay; the longest spans fill up; what is left out is counted where it stood.
/// 3. Under a span stand its logs: WARN and above always, INFO where it failed.
struct StoryRows {
    let story: Story
    let measures: StoryMeasures
    private let detail: StoryDetail
    private var groups: [Int: [SimilarSpans]] = [:]
    private var isFolded: [Bool]
    private var isKept: [Bool]?
    private let silent: [Int: [String]]

    init(_ story: Story, detail: StoryDetail = StoryDetail()) {
        self.story = story
        self.detail = detail
        measures = StoryMeasures(story)
        isFolded = [Bool](repeating: false, count: story.nodes.count)
        silent = story.silentFunctions
        guard let rowsMax = detail.rowsMax else { return }
        foldSiblings()
        if isFolded.lazy.filter({ !$0 }).count > rowsMax { isKept = worthKeeping(rowsMax) }
    }

    /// Spans without a row of their own.
    var hiddenCount: Int {
        story.nodes.indices.reduce(0) { $0 + (isFolded[$1] || !(isKept?[$1] ?? true) ? 1 : 0) }
    }

    /// In the order of the screen.
    func rows() -> [StoryRow] {
        var rows: [StoryRow] = []
        var stack: [Entry] = []
        push(story.roots, under: nil, depth: 0, guides: "", onto: &stack)
        while let entry = stack.popLast() {
            let branch = entry.depth == 0 ? "" : entry.isLast ? "└ " : "├ "
            rows.append(StoryRow(content: entry.content, depth: entry.depth, guides: entry.guides + branch))
            guard case .node(let node) = entry.content else { continue }
            let row = rows.count - 1
            let below = entry.guides + (entry.depth == 0 ? "" : entry.isLast ? "  " : "│ ")
            let before = stack.count
            push(story.nodes[node].children, under: node, depth: entry.depth + 1, guides: below, onto: &stack)
            // A family without any row is said behind its parent.
            if stack.count == before + 1, case .hidden(let hidden) = stack[before].content {
                stack.removeLast()
                rows[row].hiddenBelow = hidden
            }
            let logGuides = below + (stack.count > before ? "│ " : "  ")
            for content in remarks(on: node) {
                rows.append(StoryRow(content: content, depth: entry.depth + 1, guides: logGuides))
            }
        }
        for log in story.strayLogs.prefix(Limits.logRowsPerSpanMax) {
            rows.append(StoryRow(content: .strayLog(log), depth: 0, guides: ""))
        }
        if story.strayLogs.count > Limits.logRowsPerSpanMax {
            let more = story.strayLogs.count - Limits.logRowsPerSpanMax
            rows.append(StoryRow(content: .moreStrayLogs(count: more), depth: 0, guides: ""))
        }
        return rows
    }

    // MARK: The tree

    private struct Entry {
        var content: StoryRow.Content
        var depth: Int
        var guides: String
        var isLast = false
    }

    /// The siblings and what stands between them, the last on top of nothing and the first on top of all.
    private func push(
        _ siblings: [Int], under parent: Int?, depth: Int, guides: String, onto stack: inout [Entry]
    ) {
        var contents: [StoryRow.Content] = []
        let folds = groups[parent ?? -1] ?? []
        var foldAt: [Int: SimilarSpans] = [:]
        for fold in folds { foldAt[fold.nodes[0]] = fold }
        var hidden = StoryRow.Hidden()
        for node in siblings {
            if let fold = foldAt[node] { contents.append(.similar(fold)) }
            if isFolded[node] { continue }
            guard isKept?[node] ?? true else {
                hidden.spanCount += measures.familySize[node]
                hidden.errorCount += measures.errorCount[node]
                continue
            }
            if let wait = story.wait(before: node) { contents.append(.waiting(node: node, nanoseconds: wait)) }
            contents.append(.node(node))
        }
        if let parent { contents += (silent[parent] ?? []).map(StoryRow.Content.silentFunction) }
        if hidden.spanCount > 0 { contents.append(.hidden(hidden)) }
        for (index, content) in contents.enumerated().reversed() {
            stack.append(
                Entry(content: content, depth: depth, guides: guides, isLast: index == contents.count - 1))
        }
    }

    private mutating func foldSiblings() {
        let folding = SiblingFolding(story: story, measures: measures)
        var families = [(parent: -1, children: story.roots)]
        for node in measures.order where story.nodes[node].children.count >= Limits.similarSpansMin {
            families.append((node, story.nodes[node].children))
        }
        for family in families where family.parent < 0 || !isFolded[family.parent] {
            let found = folding.groups(of: family.children)
            guard !found.isEmpty else { continue }
            groups[family.parent] = found
            var stack = found.flatMap(\.nodes)
            while let node = stack.popLast() {
                isFolded[node] = true
                stack += story.nodes[node].children
            }
        }
    }

    private func worthKeeping(_ rowsMax: Int) -> [Bool] {
        var kept = [Bool](repeating: false, count: story.nodes.count)
        var count = 0
        func keep(_ nodes: some Sequence<Int>, atMost bound: Int) {
            for node in nodes where !isFolded[node] {
                guard count < bound else { return }
                var current: Int? = node
                while let place = current, !kept[place] {
                    kept[place] = true
                    count += 1
                    current = story.nodes[place].parent
                }
            }
        }
        func byDuration(_ nodes: [Int]) -> [Int] {
            nodes.sorted { story.nodes[$0].durationNanoseconds > story.nodes[$1].durationNanoseconds }
        }
        keep(story.roots, atMost: rowsMax)
        if let cause = story.rootCause { keep([cause], atMost: .max) }
        keep(byDuration(Array(Set(story.criticalPath.map(\.node))).sorted()), atMost: max(count, rowsMax / 2))
        keep(measures.order.lazy.filter { story.nodes[$0].isError }, atMost: rowsMax)
        keep(byDuration(story.nodes.indices.filter { !isFolded[$0] }), atMost: rowsMax)
        return kept
    }

    // MARK: What stands under a span

    private func remarks(on node: Int) -> [StoryRow.Content] {
        var remarks: [StoryRow.Content] = []
        var differentLines = 0
        let lowest = detail.lowestSeverity ?? (story.nodes[node].isError ? .info : .warn)
        for log in story.nodes[node].logs where log.record.severityNumber >= lowest {
            if case .log(let last, let repeats) = remarks.last, log.saysTheSame(as: last) {
                remarks[remarks.count - 1] = .log(last, repeats: repeats + 1)
            } else if differentLines < Limits.logRowsPerSpanMax {
                remarks.append(.log(log, repeats: 1))
                differentLines += 1
            }
        }
        if let failure = story.failure(of: node), detail.lowestSeverity ?? .trace <= .error {
            remarks.append(.failure(failure, node: node))
        }
        return remarks
    }
}

/// How much of a story is told.
public struct StoryDetail: Hashable, Sendable {
    /// Logs from this severity on; `nil`: WARN and above, INFO where the span failed.
    public var lowestSeverity: LogRecord.Severity?
    /// `nil` for every span.
    public var rowsMax: Int?

    public init(lowestSeverity: LogRecord.Severity? = nil, rowsMax: Int? = Limits.rowsMax) {
        self.lowestSeverity = lowestSeverity
        self.rowsMax = rowsMax
    }
}

import OTLP
public import TraceAssembly

/// What the interactive screen shows, as a value: a story, what of it is open, and where the reader is.
public struct BrowserModel: Sendable {
    public internal(set) var story: Story
    var options: ScreenOptions
    var columns: Int
    var rowCount: Int

    /// Spans whose families are not shown.
    var folded: [Bool]
    var showsLogs = true
    var isDetailOpen = false
    var detailScroll = 0
    var mode = Mode.tree
    var search = ""
    /// A word at the bottom, until the next key.
    var message = ""
    /// How the request differs from another, while that is shown, and the line of it at the top.
    var difference: StoryDifference?
    var differenceLines: [String] = []
    var differenceTop = 0

    /// What can be walked through, in order.
    var entries: [BrowserEntry] = []
    var selected = 0
    /// The entry at the top of the screen.
    var top = 0

    var measures: StoryMeasures
    var waterfall: Waterfall
    /// What happened, what failed first or where the time went, what is missing, which clocks were set right.
    var title: [String]
    private var silent: [Int: [String]]
    let onPath: Set<Int>

    enum Mode: Hashable, Sendable {
        case tree, search, help, difference
    }

    public init(_ story: Story, _ options: ScreenOptions, columns: Int, rows: Int) {
        self.story = story
        self.options = options
        self.columns = max(columns, Limits.widthMin)
        rowCount = max(rows, 5)
        measures = StoryMeasures(story)
        onPath = Set(story.criticalPath.map(\.node))
        folded = [Bool](repeating: false, count: story.nodes.count)
        self.options.width = self.columns
        waterfall = BrowserModel.waterfall(story, self.options, measures)
        silent = story.silentFunctions
        title = []
        layOutTitle()
        foldSimilar()
        rebuild()
    }

    // MARK: Layout

    static func waterfall(_ story: Story, _ options: ScreenOptions, _ measures: StoryMeasures) -> Waterfall {
        Waterfall(story: story, options: options, rows: [], measures: measures, labelCells: options.width * 2 / 5)
    }

    /// At most a quarter of the screen.
    private mutating func layOutTitle() {
        let verdict = Verdict(story: story, options: options, scale: waterfall.scale)
        title = verdict.title(notesMax: max(0, min(Limits.browserNotesMax, rowCount / 4 - 2)))
    }

    /// Lines above the tree: the title and the axis.
    var headRows: Int { title.count + 1 }

    /// Lines for entries: the status stands below, the details between.
    var treeRows: Int { max(1, rowCount - headRows - 1 - detailRows) }

    var detailRows: Int {
        let free = rowCount - headRows - 1
        return isDetailOpen && selectedNode != nil && free >= 5 ? max(3, free / 2) : 0
    }

    mutating func resize(columns: Int, rows: Int) {
        self.columns = max(columns, Limits.widthMin)
        rowCount = max(rows, 5)
        options.width = self.columns
        waterfall = BrowserModel.waterfall(story, options, measures)
        layOutTitle()
        layOutDifference()
        keepInSight()
    }

    // MARK: The difference to another request

    /// Shows how the request differs from another, until somebody goes back.
    public mutating func show(_ difference: StoryDifference) {
        self.difference = difference
        differenceTop = 0
        message = ""
        mode = .difference
        layOutDifference()
    }

    /// Says something at the bottom, until the next key.
    public mutating func say(_ text: String) { message = VisibleText.visible(text) }

    private mutating func layOutDifference() {
        guard let difference else { return }
        differenceLines = DifferenceScreen(difference, options).lines()
        scrollDifference(0)
    }

    mutating func scrollDifference(_ count: Int) {
        differenceTop = max(0, min(differenceTop + count, differenceLines.count - differenceRows))
    }

    mutating func leaveDifference() {
        (difference, differenceLines, mode) = (nil, [], .tree)
    }

    /// Lines for the difference: the status stands below.
    var differenceRows: Int { rowCount - 1 }

    // MARK: Entries

    /// A large story opens with its similar siblings folded away behind the first of them.
    private mutating func foldSimilar() {
        guard story.nodes.count > Limits.rowsMax else { return }
        for node in story.nodes.indices where story.nodes[node].depth >= 2 && !story.nodes[node].children.isEmpty {
            folded[node] = measures.errorCount[node] == (story.nodes[node].isError ? 1 : 0)
        }
    }

    /// Cost: O(n), only when something is opened, closed or replaced.
    mutating func rebuild() {
        let place = entries.indices.contains(selected) ? entries[selected] : nil
        entries.removeAll(keepingCapacity: true)
        var stack = story.roots.reversed().map { BrowserEntry(node: $0) }
        while let entry = stack.popLast() {
            entries.append(entry)
            guard entry.part == .span else { continue }
            appendRemarks(on: entry.node)
            guard !folded[entry.node] else { continue }
            stack += (silent[entry.node] ?? []).indices.reversed().map {
                BrowserEntry(node: entry.node, part: .silent($0))
            }
            for child in story.nodes[entry.node].children.reversed() {
                stack.append(BrowserEntry(node: child))
                if story.wait(before: child) != nil { stack.append(BrowserEntry(node: child, part: .waiting)) }
            }
        }
        if showsLogs, let last = story.nodes.indices.last {
            entries += story.strayLogs.indices.map { BrowserEntry(node: story.mainRoot ?? last, part: .strayLog($0)) }
        }
        if let place { select(place) }
        keepInSight()
    }

    /// Lines that say the same once, and why the span failed where no line says so.
    private mutating func appendRemarks(on node: Int) {
        let logs = story.nodes[node].logs
        if showsLogs, !logs.isEmpty {
            var first = 0
            for index in 1...logs.count where index == logs.count || !logs[index].saysTheSame(as: logs[first]) {
                entries.append(BrowserEntry(node: node, part: .log(first, repeats: index - first)))
                first = index
            }
        }
        if story.failure(of: node) != nil { entries.append(BrowserEntry(node: node, part: .failure)) }
    }

    /// The functions that a span invoked and that sent nothing.
    func silentFunctions(under node: Int) -> [String] { silent[node] ?? [] }

    /// The entry, or the closed span that it is hidden behind.
    private mutating func select(_ place: BrowserEntry) {
        var wanted = place
        var node = story.nodes[place.node].parent
        while let above = node {
            if folded[above] { wanted = BrowserEntry(node: above) }
            node = story.nodes[above].parent
        }
        selected =
            entries.firstIndex(of: wanted) ?? entries.firstIndex(of: BrowserEntry(node: wanted.node)) ?? 0
    }

    mutating func keepInSight() {
        selected = min(max(0, selected), max(0, entries.count - 1))
        if selected < top { top = selected }
        if selected >= top + treeRows { top = selected - treeRows + 1 }
        top = max(0, min(top, max(0, entries.count - treeRows)))
    }

    /// Opens everything above a span and goes there.
    mutating func reveal(_ node: Int) {
        var parent = story.nodes[node].parent
        var hasOpened = false
        while let above = parent {
            if folded[above] { hasOpened = true }
            folded[above] = false
            parent = story.nodes[above].parent
        }
        if hasOpened { rebuild() }
        if let place = entries.firstIndex(of: BrowserEntry(node: node)) { selected = place }
        detailScroll = 0
        keepInSight()
    }

    var selectedNode: Int? { entries.indices.contains(selected) ? entries[selected].node : nil }

    /// The same place in a story that has grown.
    public mutating func replace(_ newer: Story) {
        let ids = selectedNode.flatMap { story.nodes[$0].record?.span.spanID }
        let closed = Set(story.nodes.indices.filter { folded[$0] }.compactMap { story.nodes[$0].record?.span.spanID })
        var next = BrowserModel(newer, options, columns: columns, rows: rowCount)
        for node in newer.nodes.indices {
            guard let id = newer.nodes[node].record?.span.spanID else { continue }
            next.folded[node] = closed.contains(id)
        }
        (next.showsLogs, next.isDetailOpen, next.mode, next.search) = (showsLogs, isDetailOpen, mode, search)
        (next.difference, next.differenceLines, next.differenceTop) = (difference, differenceLines, differenceTop)
        next.rebuild()
        if let ids, let node = newer.nodes.firstIndex(where: { $0.record?.span.spanID == ids }) { next.reveal(node) }
        next.message = newer.isComplete ? "the story is complete" : "\(Units.count(newer.nodes.count, "span")) now"
        self = next
    }
}

/// A span, or something that is said of it.
struct BrowserEntry: Hashable {
    var node: Int
    var part = Part.span

    enum Part: Hashable {
        case span
        /// Place among the span's logs of the first of some that say the same.
        case log(Int, repeats: Int)
        case failure
        /// How long the span waited for its turn.
        case waiting
        /// Place among the functions that the span invoked and that sent nothing.
        case silent(Int)
        /// Place among the logs without a span.
        case strayLog(Int)
    }
}

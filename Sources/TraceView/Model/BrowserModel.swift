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
    /// What happened, and what failed first or where the time went.
    var title: [String]
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
        title = BrowserModel.title(story, self.options, waterfall.scale)
        foldSimilar()
        rebuild()
    }

    // MARK: Layout

    static func waterfall(_ story: Story, _ options: ScreenOptions, _ measures: StoryMeasures) -> Waterfall {
        Waterfall(story: story, options: options, rows: [], measures: measures, labelCells: options.width * 2 / 5)
    }

    private static func title(_ story: Story, _ options: ScreenOptions, _ scale: TimeScale) -> [String] {
        Verdict(story: story, options: options, scale: scale).title()
    }

    /// Lines above the tree: the title and the axis.
    static let headRows = 3

    /// Lines for entries: the status stands below, the details between.
    var treeRows: Int { max(1, rowCount - BrowserModel.headRows - 1 - detailRows) }

    var detailRows: Int {
        let free = rowCount - BrowserModel.headRows - 1
        return isDetailOpen && selectedNode != nil && free >= 5 ? max(3, free / 2) : 0
    }

    mutating func resize(columns: Int, rows: Int) {
        self.columns = max(columns, Limits.widthMin)
        rowCount = max(rows, 5)
        options.width = self.columns
        waterfall = BrowserModel.waterfall(story, options, measures)
        title = BrowserModel.title(story, options, waterfall.scale)
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
        var stack = Array(story.roots.reversed())
        while let node = stack.popLast() {
            entries.append(BrowserEntry(node: node))
            if showsLogs {
                for log in story.nodes[node].logs.indices { entries.append(BrowserEntry(node: node, log: log)) }
            }
            if !folded[node] { stack += story.nodes[node].children.reversed() }
        }
        if let place { select(place) }
        keepInSight()
    }

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

/// A span or one of its logs.
struct BrowserEntry: Hashable, Sendable {
    var node: Int
    /// Place among the span's logs; `nil` for the span itself.
    var log: Int?
}

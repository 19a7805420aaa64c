import OTLP
import TraceAssembly

/// What the program is to do after an event.
public enum BrowserEffect: Hashable, Sendable {
    case none
    case quit
    /// Give the terminal back and stop, as Ctrl-Z does.
    case suspend
    /// Draw everything anew.
    case redraw
    case copy(String)
    /// Find out how the request differs from the last one that succeeded, and show it.
    case diff
}

extension BrowserModel {
    /// The model after an event, and what is to be done.
    ///
    /// Cost: O(rows) for a step, O(n) for what opens, closes or searches.
    public mutating func handle(_ event: TerminalEvent) -> BrowserEffect {
        if case .resize(let columns, let rows) = event {
            // A bell rings too when the size has not changed.
            guard (columns, rows) != (self.columns, rowCount) else { return .none }
            resize(columns: columns, rows: rows)
            return .redraw
        }
        message = ""
        switch event {
        case .control("c"): return .quit
        case .control("z"): return .suspend
        case .control("l"): return .redraw
        default: break
        }
        switch mode {
        case .search: return handleSearch(event)
        case .help:
            mode = .tree
            return .none
        case .tree: return handleTree(event)
        case .difference: return handleDifference(event)
        }
    }

    private mutating func handleDifference(_ event: TerminalEvent) -> BrowserEffect {
        switch event {
        case .character("q"), .character("d"), .escape, .left, .backspace: leaveDifference()
        case .character("j"), .down, .enter: scrollDifference(1)
        case .character("k"), .up: scrollDifference(-1)
        case .pageDown, .control("f"), .character(" "): scrollDifference(differenceRows)
        case .pageUp, .control("b"): scrollDifference(-differenceRows)
        case .character("g"), .home: scrollDifference(-differenceLines.count)
        case .character("G"), .end: scrollDifference(differenceLines.count)
        case .wheelDown: scrollDifference(3)
        case .wheelUp: scrollDifference(-3)
        default: break
        }
        return .none
    }

    private mutating func handleTree(_ event: TerminalEvent) -> BrowserEffect {
        switch event {
        case .character("q"): return .quit
        case .escape:
            guard isDetailOpen else {
                message = "q quits"
                break
            }
            isDetailOpen = false
            keepInSight()
        case .character("j"), .down: move(1)
        case .character("k"), .up: move(-1)
        case .pageDown, .control("f"), .character(" "): move(treeRows)
        case .pageUp, .control("b"): move(-treeRows)
        case .control("d"): move(treeRows / 2)
        case .control("u"): move(-treeRows / 2)
        case .character("g"), .home: move(-entries.count)
        case .character("G"), .end: move(entries.count)
        case .wheelDown: scroll(3)
        case .wheelUp: scroll(-3)
        case .right: open()
        case .left, .character("h"): close()
        case .character("+"), .character("*"): setAll(folded: false)
        case .character("-"): setAll(folded: true)
        case .enter, .character("o"):
            isDetailOpen.toggle()
            detailScroll = 0
            keepInSight()
        case .character("J"): detailScroll += 1
        case .character("K"): detailScroll = max(0, detailScroll - 1)
        case .character("l"):
            showsLogs.toggle()
            rebuild()
        case .character("/"):
            mode = .search
            search = ""
        case .character("n"): find(forward: true)
        case .character("N"): find(forward: false)
        case .character("e"): goToError(forward: true)
        case .character("E"): goToError(forward: false)
        case .character("c"): goAlongPath(forward: true)
        case .character("C"): goAlongPath(forward: false)
        case .character("r"): if let cause = story.rootCause { reveal(cause) }
        case .character("d"):
            message = "looking for the last one that succeeded …"
            return .diff
        case .character("y"):
            guard let id = selectedNode.flatMap({ story.nodes[$0].record?.span.spanID.hex }) else { return .none }
            message = "copied span id \(id)"
            return .copy(id)
        case .character("Y"):
            let id = story.id ?? story.traceIDs.first?.hex ?? ""
            message = "copied \(VisibleText.visible(id))"
            return .copy(id)
        case .character("?"): mode = .help
        case .click(_, let row): click(row)
        default: break
        }
        return .none
    }

    // MARK: Moving

    private mutating func move(_ count: Int) {
        selected += count
        detailScroll = 0
        keepInSight()
    }

    private mutating func scroll(_ count: Int) {
        top = max(0, min(top + count, max(0, entries.count - treeRows)))
        selected = min(max(selected, top), top + treeRows - 1)
        keepInSight()
    }

    private mutating func click(_ row: Int) {
        let place = top + row - headRows
        guard row >= headRows, row < headRows + treeRows, entries.indices.contains(place)
        else { return }
        if place == selected, let node = selectedNode, !story.nodes[node].children.isEmpty {
            folded[node].toggle()
            rebuild()
        } else {
            selected = place
            detailScroll = 0
        }
    }

    private mutating func open() {
        guard let node = selectedNode else { return }
        if folded[node] {
            folded[node] = false
            rebuild()
        } else {
            move(1)
        }
    }

    /// Closes the span, or goes to its parent when it is closed.
    private mutating func close() {
        guard let node = selectedNode else { return }
        let isSpan = entries[selected].part == .span
        if isSpan, !folded[node], !story.nodes[node].children.isEmpty {
            folded[node] = true
            rebuild()
        } else if !isSpan {
            reveal(node)
        } else if let parent = story.nodes[node].parent {
            reveal(parent)
        }
    }

    private mutating func setAll(folded isFolded: Bool) {
        for node in folded.indices { folded[node] = isFolded && story.nodes[node].depth >= 1 }
        rebuild()
    }

    // MARK: Finding

    private mutating func handleSearch(_ event: TerminalEvent) -> BrowserEffect {
        switch event {
        case .escape: mode = .tree
        case .enter:
            mode = .tree
            find(forward: true)
        case .backspace: if search.popLast() == nil { mode = .tree }
        case .character(let character): search.append(character)
        case .up: find(forward: false)
        case .down: find(forward: true)
        default: break
        }
        return .none
    }

    private mutating func goToError(forward: Bool) {
        let nodes = story.nodes
        go(forward: forward, "error") { nodes[$0].isError }
    }

    private mutating func goAlongPath(forward: Bool) {
        let path = onPath
        go(forward: forward, "span on the critical path") { path.contains($0) }
    }

    private mutating func find(forward: Bool) {
        guard !search.isEmpty else {
            message = "/ searches"
            return
        }
        let wanted = SearchText(search)
        let nodes = story.nodes
        go(forward: forward, "span or log with \(VisibleText.visible(search))") { node in
            guard let record = nodes[node].record else { return false }
            return wanted.isIn(record.span.name) || wanted.isIn(record.service)
                || nodes[node].logs.contains { $0.record.body?.string.map(wanted.isIn) ?? false }
        }
    }

    /// The next node in the order of the tree, from the selected one around; folded ones too.
    private mutating func go(forward: Bool, _ what: String, where matches: (Int) -> Bool) {
        let order = measures.order
        guard let current = selectedNode, let start = order.firstIndex(of: current) else { return }
        for step in 1...order.count {
            let place = (start + (forward ? step : order.count * 2 - step)) % order.count
            guard matches(order[place]) else { continue }
            let isAround = forward ? place <= start : place >= start
            reveal(order[place])
            if isAround {
                message = order[place] == current ? "the only \(what)" : "from the \(forward ? "top" : "bottom")"
            }
            return
        }
        message = "no \(what)"
    }
}

/// A text to look for; ASCII letters of either case are the same.
struct SearchText {
    private let bytes: [UInt8]

    init(_ text: String) {
        bytes = text.utf8.map(SearchText.lower)
    }

    func isIn(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { utf8 in
            guard utf8.count >= bytes.count, let first = bytes.first else { return bytes.isEmpty }
            for start in 0...utf8.count - bytes.count where SearchText.lower(utf8[start]) == first {
                var length = 1
                while length < bytes.count, SearchText.lower(utf8[start + length]) == bytes[length] { length += 1 }
                if length == bytes.count { return true }
            }
            return false
        }
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}

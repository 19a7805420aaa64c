import OTLP

/// A request as it might have been: spans that take less or more time, functions that need no start-up.
///
/// Shape: what a change saves is taken from the spans that waited for it, as far as they waited: work beside it still takes its
///        own time. What began after a changed span of the same parent began that much earlier.
public enum WhatIf: Sendable {
    /// Every span of this name, or entry span of this service, takes so much more or less: at first of its own time, then of
    /// all that it did.
    case duration(of: String, by: TimeChange)
    /// Every function is warm.
    case noColdStart
    /// Nothing takes longer because it was tried again: attempts that failed are left out.
    case noRetries

    public enum TimeChange: Sendable {
        case nanoseconds(Int64)
        /// 0.5 is half the time.
        case factor(Double)
    }

    /// - Returns: the story, how many spans the changes met, and how many of these were to save more than they took.
    public static func apply(
        _ changes: [WhatIf], to story: Story
    ) -> (story: Story, changedCount: Int, emptiedCount: Int) {
        var replay = Replay(story, changes)
        replay.run()
        var result = story
        result.nodes = replay.nodes
        for index in result.invocations.indices where replay.isWarmed {
            result.invocations[index].isColdStart = false
            result.invocations[index].initNanoseconds = nil
            result.invocations[index].billedNanoseconds = nil
        }
        if let main = result.mainRoot {
            result.criticalPath = CriticalPath.find(in: result.nodes, from: main)
            result.completionPath = CompletionPath.find(in: result.nodes, from: main)
        }
        return (result, replay.changedCount, replay.emptiedCount)
    }
}

/// Plays the spans again with their own times changed.
private struct Replay {
    var nodes: [Story.Node]
    var changedCount = 0
    var emptiedCount = 0
    var isWarmed = false
    private let roots: [Int]
    private let changes: [WhatIf]
    private var skipped: Set<Int> = []
    /// What the times within a span are multiplied with.
    private var scale: [Double] = []

    init(_ story: Story, _ changes: [WhatIf]) {
        nodes = story.nodes
        roots = story.roots
        self.changes = changes
    }

    /// Children before parents: each is laid out from its own start on, and moved when its parent is.
    mutating func run() {
        for case .noColdStart in changes { isWarmed = true }
        if isWarmed { changedCount += nodes.lazy.filter { $0.coldStartNanoseconds > 0 }.count }
        for case .noRetries in changes { skipRetries() }
        var order: [Int] = []
        var stack = roots
        while let node = stack.popLast() {
            order.append(node)
            stack += nodes[node].children
        }
        var shift = [Int64](repeating: 0, count: nodes.count)
        scale = [Double](repeating: 1, count: nodes.count)
        var ends = nodes.map { Int64(clamping: $0.endTimeUnixNano) }
        for node in order.reversed() { ends[node] = layOut(node, ends, &shift) }
        let starts = nodes.map { Int64(clamping: $0.startTimeUnixNano) }
        for node in order {
            var start = starts[node] + shift[node]
            var duration = max(0, ends[node] - starts[node])
            if let parent = nodes[node].parent {
                // A parent carries its family along, and squeezes it when its own time was not enough.
                let distance = Double(starts[node] + shift[node] - starts[parent]) * scale[parent]
                start = Int64(clamping: nodes[parent].startTimeUnixNano) + Int64(distance)
                scale[node] *= scale[parent]
                duration = Int64(Double(duration) * scale[parent])
            }
            moveLogs(of: node, to: start, lasting: duration)
            nodes[node].startTimeUnixNano = UInt64(max(0, start))
            nodes[node].endTimeUnixNano = UInt64(max(0, start + duration))
        }
        if isWarmed { for node in nodes.indices { nodes[node].coldStartNanoseconds = 0 } }
        removeRetries()
    }

    /// A log record stays at the same part of its span.
    private mutating func moveLogs(of node: Int, to start: Int64, lasting duration: Int64) {
        let oldStart = Int64(clamping: nodes[node].startTimeUnixNano)
        let oldDuration = Int64(clamping: nodes[node].durationNanoseconds)
        for log in nodes[node].logs.indices {
            let place = Int64(clamping: nodes[node].logs[log].timeUnixNano) - oldStart
            var moved = start - oldStart
            if place >= oldDuration {
                moved += duration - oldDuration
            } else if place > 0 {
                moved += Int64(Double(place) * Double(duration - oldDuration) / Double(oldDuration))
            }
            nodes[node].logs[log].clockOffsetNanoseconds &+= moved
        }
    }

    private mutating func removeRetries() {
        for node in skipped {
            guard let parent = nodes[node].parent else { continue }
            for sibling in nodes[parent].children where nodes[sibling].attempt?.group == nodes[node].attempt?.group {
                if sibling != node { nodes[sibling].attempt = nil }
            }
            nodes[parent].children.removeAll { $0 == node }
        }
    }

    private mutating func skipRetries() {
        for node in nodes.indices {
            guard let attempt = nodes[node].attempt, attempt.number < attempt.count, nodes[node].parent != nil else {
                continue
            }
            skipped.insert(node)
            changedCount += 1
        }
    }

    /// The new end of a span whose start stays, and how far each child moves.
    private mutating func layOut(_ node: Int, _ ends: [Int64], _ shift: inout [Int64]) -> Int64 {
        let start = Int64(clamping: nodes[node].startTimeUnixNano)
        let (own, end) = walk(node, ends, &shift, ownFactor: 1)
        let change = change(of: node, lasting: end - start)
        guard change != 0 else { return end }
        guard own > 0, own + change >= 0 else {
            // Beyond its own time a span can only save what it waited for.
            let (_, least) = walk(node, ends, &shift, ownFactor: own > 0 && change < 0 ? 0 : 1)
            let wanted = max(start, end + change)
            if wanted < least { scale[node] = Double(wanted - start) / Double(least - start) }
            return wanted
        }
        return walk(node, ends, &shift, ownFactor: Double(own + change) / Double(own)).end
    }

    /// Walks along the span's time: a stretch of its own keeps its length, times the factor; a stretch in which children ran
    /// ends with the last of them.
    private mutating func walk(
        _ node: Int, _ ends: [Int64], _ shift: inout [Int64], ownFactor: Double
    ) -> (own: Int64, end: Int64) {
        let start = Int64(clamping: nodes[node].startTimeUnixNano)
        let oldEnd = Int64(clamping: nodes[node].endTimeUnixNano)
        var (reach, newReach, own) = (start, start, Int64(0))
        for child in nodes[node].children {
            let from = Int64(clamping: nodes[child].startTimeUnixNano) - warmUp(child)
            if from > reach {
                let gap = min(from, max(reach, oldEnd)) - reach
                own += gap
                newReach += Int64(Double(gap) * ownFactor) + max(0, from - max(reach, oldEnd))
                reach = from
            }
            // It begins as far before the end of the stretch as it did.
            let begin = newReach - (reach - from)
            let realStart = Int64(clamping: nodes[child].startTimeUnixNano)
            shift[child] = begin + (isWarmed ? 0 : warmUp(child)) - realStart
            guard !nodes[child].isAsynchronous else { continue }
            let childEnd = Int64(clamping: nodes[child].endTimeUnixNano)
            if childEnd > reach {
                let length = skipped.contains(child) ? 0 : ends[child] - realStart
                newReach = max(newReach, realStart + shift[child] + length)
                reach = childEnd
            }
        }
        let rest = max(0, oldEnd - reach)
        return (own + rest, newReach + Int64(Double(rest) * ownFactor))
    }

    private func warmUp(_ node: Int) -> Int64 { Int64(clamping: nodes[node].coldStartNanoseconds) }

    private mutating func change(of node: Int, lasting duration: Int64) -> Int64 {
        var change: Int64 = 0
        for case .duration(let name, let by) in changes where matches(node, name) {
            changedCount += 1
            switch by {
            case .nanoseconds(let nanoseconds): change += nanoseconds
            case .factor(let factor): change += Int64(Double(duration) * (factor - 1))
            }
        }
        if change < -duration { emptiedCount += 1 }
        return max(-duration, change)
    }

    /// The entry span of a service of this name, or a span of it.
    private func matches(_ node: Int, _ name: String) -> Bool {
        guard let record = nodes[node].record else { return false }
        if record.span.name == name || record.service + " " + record.span.name == name { return true }
        guard record.service == name else { return false }
        return nodes[node].parent.map { nodes[$0].service != name } ?? true
    }
}

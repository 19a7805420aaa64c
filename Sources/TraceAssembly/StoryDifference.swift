/// Two requests side by side: what is new, gone, slower, failing.
///
/// 1. Trees are aligned from the roots down: siblings of one service and name (digits aside) belong together, the first with
///    the first, the second with the second.
/// 2. What has no partner is new or gone, with its family.
/// 3. Partners differ when one failed and the other did not, or when their own time differs by a tenth and a millisecond.
public struct StoryDifference: Sendable {
    /// In the order of the trees, what is gone where it stood.
    public private(set) var entries: [Entry] = []
    public let before: Story
    public let after: Story

    public struct Entry: Sendable {
        public let before: Int?
        public let after: Int?
        public let depth: Int

        public var change: Change {
            switch (before, after) {
            case (nil, _): .new
            case (_, nil): .gone
            default: .both
            }
        }
    }

    public enum Change: Sendable {
        case new, gone, both
    }

    public init(from before: Story, to after: Story) {
        self.before = before
        self.after = after
        var stack = pairs(before.roots, after.roots, depth: 0)
        while let entry = stack.popLast() {
            entries.append(entry)
            let old = entry.before.map { before.nodes[$0].children } ?? []
            let new = entry.after.map { after.nodes[$0].children } ?? []
            stack += pairs(old, new, depth: entry.depth + 1)
        }
    }

    /// How much longer the span took itself, without what it waited for; `nil` without a partner.
    public func growth(of entry: Entry) -> Int64? {
        guard let old = entry.before, let new = entry.after else { return nil }
        return Int64(clamping: after.nodes[new].selfTimeNanoseconds)
            - Int64(clamping: before.nodes[old].selfTimeNanoseconds)
    }

    /// Worth telling.
    public func isTelling(_ entry: Entry) -> Bool {
        guard let old = entry.before, let new = entry.after, let growth = growth(of: entry) else { return true }
        if before.nodes[old].isError != after.nodes[new].isError { return true }
        let larger = max(before.nodes[old].selfTimeNanoseconds, after.nodes[new].selfTimeNanoseconds)
        return growth.magnitude >= max(1_000_000, larger / 10)
    }

    /// The last first, for a stack.
    private func pairs(_ old: [Int], _ new: [Int], depth: Int) -> [Entry] {
        var waiting: [String: [Int]] = [:]
        let counts = Dictionary(grouping: new) { StoryShape.title(after.nodes[$0]) }.mapValues(\.count)
        for node in old.reversed() {
            let title = StoryShape.title(before.nodes[node])
            if let attempt = before.nodes[node].attempt, attempt.count - attempt.number >= counts[title] ?? 0 {
                continue
            }
            waiting[title, default: []].append(node)
        }
        var entries: [Entry] = []
        for node in new {
            // Of several attempts the last one is what the single one was.
            let isEarlier =
                after.nodes[node].attempt.map {
                    $0.count - $0.number >= (waiting[StoryShape.title(after.nodes[node])]?.count ?? 0)
                } ?? false
            let partner = isEarlier ? nil : waiting[StoryShape.title(after.nodes[node])]?.popLast()
            entries.append(Entry(before: partner, after: node, depth: depth))
        }
        let kept = Set(entries.compactMap(\.before))
        for node in old where !kept.contains(node) { entries.append(Entry(before: node, after: nil, depth: depth)) }
        return entries.reversed()
    }
}

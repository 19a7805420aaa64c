/// Finds what the response waited for.
///
/// From the root's end backwards: the child that ended last was being waited for; before it started, the one that ended
/// last before that; the time between is the span's own. Then the same within each of those children. A function that
/// had to start up was waited for from the beginning of its start-up.
///
/// Siblings that touch, or overlap by no more than 1 % of the later one, count as one after the other. A child that is
/// asynchronous, or outlives its parent, was not waited for.
///
/// Source: CRISP, "Critical Path Analysis of Large-Scale Microservice Architectures" (USENIX ATC 2022), section 4.
enum CriticalPath {
    /// Segments in order of time. They add up to the duration of the root.
    static func find(in nodes: [Story.Node], from root: Int) -> [Story.PathSegment] {
        guard nodes[root].durationNanoseconds > 0 else { return [] }
        return find(in: nodes, within: root, until: nodes[root].endTimeUnixNano)
    }

    /// The path within one span up to a moment of it.
    static func find(in nodes: [Story.Node], within first: Int, until end: UInt64) -> [Story.PathSegment] {
        var segments: [Story.PathSegment] = []
        var stack = [(node: first, start: nodes[first].startTimeUnixNano, end: end)]
        while let (node, start, end) = stack.popLast() {
            func add(_ from: UInt64, _ to: UInt64, _ place: Int, _ kind: Story.PathSegment.Kind = .work) {
                guard from < to else { return }
                segments.append(
                    Story.PathSegment(node: place, startTimeUnixNano: from, endTimeUnixNano: to, kind: kind))
            }
            var cursor = end
            for child in awaited(by: node, until: end, in: nodes) {
                let childEnd = min(nodes[child].endTimeUnixNano, cursor)
                let childStart = max(nodes[child].startTimeUnixNano, start)
                let overlap = nodes[child].endTimeUnixNano - childEnd
                guard childStart < childEnd, overlap <= nodes[child].durationNanoseconds / 100 else { continue }
                add(childEnd, cursor, node)
                stack.append((child, childStart, childEnd))
                // The start-up before the span is time of the child as well.
                let wake = max(start, childStart - min(childStart, nodes[child].coldStartNanoseconds))
                add(wake, childStart, child, .coldStart)
                cursor = wake
            }
            add(start, cursor, node)
        }
        return segments.sorted { $0.startTimeUnixNano < $1.startTimeUnixNano }
    }

    /// Children that their parent may have waited for before `end`, the last to end first.
    private static func awaited(by node: Int, until end: UInt64, in nodes: [Story.Node]) -> [Int] {
        let slack = nodes[node].durationNanoseconds / 100
        return nodes[node].children
            .filter { child in !nodes[child].isAsynchronous && nodes[child].endTimeUnixNano <= end &+ slack }
            .sorted { nodes[$0].endTimeUnixNano > nodes[$1].endTimeUnixNano }
    }
}

/// Finds what the response waited for.
///
/// From the root's end backwards: the child that ended last was being waited for; before it started, the one that ended
/// last before that; the time between is the span's own. Then the same within each of those children.
///
/// Siblings that touch, or overlap by no more than 1 % of the later one, count as one after the other. A child that is
/// asynchronous, or outlives its parent, was not waited for.
///
/// Source: CRISP, "Critical Path Analysis of Large-Scale Microservice Architectures" (USENIX ATC 2022), section 4.
enum CriticalPath {
    /// Segments in order of time. They add up to the duration of the root.
    static func find(in nodes: [Story.Node], from root: Int) -> [Story.PathSegment] {
        guard nodes[root].durationNanoseconds > 0 else { return [] }
        var segments: [Story.PathSegment] = []
        var stack = [(node: root, start: nodes[root].startTimeUnixNano, end: nodes[root].endTimeUnixNano)]
        while let (node, start, end) = stack.popLast() {
            var cursor = end
            for child in awaited(by: node, in: nodes) {
                let childEnd = min(nodes[child].endTimeUnixNano, cursor)
                let childStart = max(nodes[child].startTimeUnixNano, start)
                let overlap = nodes[child].endTimeUnixNano - childEnd
                guard childStart < childEnd, overlap <= nodes[child].durationNanoseconds / 100 else { continue }
                if cursor > childEnd {
                    segments.append(Story.PathSegment(node: node, startTimeUnixNano: childEnd, endTimeUnixNano: cursor))
                }
                stack.append((child, childStart, childEnd))
                cursor = childStart
            }
            if cursor > start {
                segments.append(Story.PathSegment(node: node, startTimeUnixNano: start, endTimeUnixNano: cursor))
            }
        }
        return segments.sorted { $0.startTimeUnixNano < $1.startTimeUnixNano }
    }

    /// Children that their parent may have waited for, the last to end first.
    private static func awaited(by node: Int, in nodes: [Story.Node]) -> [Int] {
        let slack = nodes[node].durationNanoseconds / 100
        return nodes[node].children
            .filter { child in
                !nodes[child].isAsynchronous && nodes[child].endTimeUnixNano <= nodes[node].endTimeUnixNano &+ slack
            }
            .sorted { nodes[$0].endTimeUnixNano > nodes[$1].endTimeUnixNano }
    }
}

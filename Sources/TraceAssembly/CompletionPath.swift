/// Finds how the request came to its very end: the work that goes on when the caller has its answer.
///
/// From the span that ended last, up to the root: what led each of them to begin. Over an asynchronous edge that is the
/// sender's path until it sent, and the wait until the receiver began; over any other the parent's path until then.
enum CompletionPath {
    /// Segments in order of time; empty when nothing ended after the root.
    static func find(in nodes: [Story.Node], from root: Int) -> [Story.PathSegment] {
        var last = root
        var stack = [root]
        while let node = stack.popLast() {
            if nodes[node].endTimeUnixNano > nodes[last].endTimeUnixNano { last = node }
            stack += nodes[node].children
        }
        guard last != root, nodes[root].record != nil else { return [] }
        var segments = CriticalPath.find(in: nodes, within: last, until: nodes[last].endTimeUnixNano)
        var node = last
        while node != root, let parent = nodes[node].parent {
            let start = nodes[node].startTimeUnixNano
            let sent = nodes[node].isAsynchronous ? min(nodes[parent].endTimeUnixNano, start) : start
            if sent < start {
                segments.append(
                    Story.PathSegment(node: node, startTimeUnixNano: sent, endTimeUnixNano: start, kind: .waiting))
            }
            if sent > nodes[parent].startTimeUnixNano {
                segments += CriticalPath.find(in: nodes, within: parent, until: sent)
            }
            node = parent
        }
        return segments.sorted { $0.startTimeUnixNano < $1.startTimeUnixNano }
    }
}

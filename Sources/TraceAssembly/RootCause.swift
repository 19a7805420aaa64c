/// Finds the error that the others follow from: one that no child's error caused, the deepest, and of those the first.
///
/// Errors that made the request fail (every span above them failed too) come before those that somebody coped with.
enum RootCause {
    static func find(in story: Story) -> Int? {
        let nodes = story.nodes
        var origins: [Int] = []
        for node in nodes.indices where nodes[node].isError {
            if !nodes[node].children.contains(where: { nodes[$0].isError }) { origins.append(node) }
        }
        let fatal = origins.filter { reachesTheTop($0, nodes) }
        return (fatal.isEmpty ? origins : fatal).min { left, right in
            if nodes[left].depth != nodes[right].depth { return nodes[left].depth > nodes[right].depth }
            return nodes[left].startTimeUnixNano < nodes[right].startTimeUnixNano
        }
    }

    /// Every span from here to a root, or to an asynchronous one, has failed.
    private static func reachesTheTop(_ node: Int, _ nodes: [Story.Node]) -> Bool {
        var current = node
        while nodes[current].isError || nodes[current].record == nil {
            guard !nodes[current].isAsynchronous, let parent = nodes[current].parent else { return true }
            current = parent
        }
        return false
    }
}

/// Finds the error that the others follow from: one that no child's error caused, the deepest, and of those the first.
enum RootCause {
    static func find(in nodes: [Story.Node]) -> Int? {
        nodes.indices
            .filter { node in
                nodes[node].isError && !nodes[node].children.contains { nodes[$0].isError && !nodes[$0].isAsynchronous }
            }
            .min { left, right in
                if nodes[left].depth != nodes[right].depth { return nodes[left].depth > nodes[right].depth }
                return nodes[left].startTimeUnixNano < nodes[right].startTimeUnixNano
            }
    }
}

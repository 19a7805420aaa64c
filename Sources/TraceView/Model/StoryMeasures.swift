import TraceAssembly

/// What the families of a story add up to, node by node.
///
/// Cost: O(n), once a story.
struct StoryMeasures {
    /// The nodes, every one before its children, siblings in order of time.
    private(set) var order: [Int] = []
    /// The span and all below it.
    private(set) var familySize: [Int]
    /// Failed spans among them.
    private(set) var errorCount: [Int]
    /// What of the critical path went through them.
    private(set) var pathNanoseconds: [UInt64]
    private(set) var leadsToRootCause: [Bool]
    /// It is asynchronous, or something above it is: the response did not wait for it.
    private(set) var isDetached: [Bool]
    let pathTotal: UInt64

    init(_ story: Story) {
        let nodes = story.nodes
        familySize = [Int](repeating: 1, count: nodes.count)
        errorCount = nodes.map { $0.isError ? 1 : 0 }
        pathNanoseconds = [UInt64](repeating: 0, count: nodes.count)
        leadsToRootCause = [Bool](repeating: false, count: nodes.count)
        isDetached = nodes.map(\.isAsynchronous)
        var total: UInt64 = 0
        for segment in story.criticalPath {
            pathNanoseconds[segment.node] += segment.durationNanoseconds
            total += segment.durationNanoseconds
        }
        pathTotal = total
        order.reserveCapacity(nodes.count)
        var stack = Array(story.roots.reversed())
        while let node = stack.popLast() {
            order.append(node)
            if let parent = nodes[node].parent, isDetached[parent] { isDetached[node] = true }
            stack += nodes[node].children.reversed()
        }
        for node in order.reversed() {
            guard let parent = nodes[node].parent else { continue }
            familySize[parent] += familySize[node]
            errorCount[parent] += errorCount[node]
            pathNanoseconds[parent] += pathNanoseconds[node]
        }
        var cause = story.rootCause
        while let node = cause {
            leadsToRootCause[node] = true
            cause = nodes[node].parent
        }
    }
}

import OTLP

// Who hangs under whom, and in which order.

extension StoryAssembler {
    mutating func connect() {
        for node in nodes.indices { connectToParent(node) }
        cutCycles()
        connectLinkedRoots()
    }

    /// Children and roots in order of time; returns the roots.
    mutating func order() -> [Int] {
        for node in nodes.indices {
            guard let parent = nodes[node].parent else { continue }
            nodes[parent].children.append(node)
            if case .lostParent = nodes[parent].content { widen(parent, to: node) }
            if startsTooLate(node, after: parent) { nodes[node].isAsynchronous = true }
        }
        for node in nodes.indices {
            if nodes[node].children.count > 1 {
                // Not in place: the order looks at all nodes, and would make the array copy itself for every one.
                let children = nodes[node].children.sorted(by: precedes)
                nodes[node].children = children
            }
            noteLostParent(node)
        }
        let roots = nodes.indices.filter { nodes[$0].parent == nil }.sorted(by: precedes)
        var stack = roots
        while let node = stack.popLast() {
            let depth = nodes[node].depth + 1
            for child in nodes[node].children {
                nodes[child].depth = depth
                stack.append(child)
            }
        }
        return roots
    }

    private mutating func connectToParent(_ node: Int) {
        guard let record = nodes[node].record, !record.span.parentSpanID.isZero else { return }
        let key = Key(traceID: record.span.traceID, spanID: record.span.parentSpanID)
        let parent = places[key] ?? addPlaceholder(key)
        nodes[node].parent = parent
        guard record.span.kind == .consumer, let sender = nodes[parent].record else { return }
        nodes[node].isAsynchronous = sender.span.kind == .producer || sender.service != record.service
    }

    private mutating func addPlaceholder(_ key: Key) -> Int {
        places[key] = nodes.count
        nodes.append(
            Story.Node(
                content: .lostParent(traceID: key.traceID, spanID: key.spanID),
                startTimeUnixNano: .max, endTimeUnixNano: 0))
        clocks.domainOfNode.append(nil)
        return nodes.count - 1
    }

    /// A placeholder lasts from its first child's start to its last child's end.
    private mutating func widen(_ placeholder: Int, to child: Int) {
        nodes[placeholder].startTimeUnixNano = min(nodes[placeholder].startTimeUnixNano, nodes[child].startTimeUnixNano)
        nodes[placeholder].endTimeUnixNano = max(nodes[placeholder].endTimeUnixNano, nodes[child].endTimeUnixNano)
    }

    /// What begins when its parent is over was not waited for; a server may only seem to, by another clock.
    private func startsTooLate(_ node: Int, after parent: Int) -> Bool {
        guard let record = nodes[parent].record, record.span.endTimeUnixNano != 0 else { return false }
        guard nodes[node].startTimeUnixNano >= nodes[parent].endTimeUnixNano, nodes[parent].durationNanoseconds > 0
        else { return false }
        return !(record.span.kind == .client && nodes[node].record?.span.kind == .server)
    }

    private mutating func noteLostParent(_ node: Int) {
        guard case .lostParent(let traceID, let spanID) = nodes[node].content else { return }
        problems.append(.lostParent(traceID: traceID, spanID: spanID, children: nodes[node].children.count))
    }

    /// Walks up from every node; a walk that meets itself has found a cycle, which is cut above its earliest span.
    private mutating func cutCycles() {
        var walkOf = [Int](repeating: 0, count: nodes.count)
        for start in nodes.indices where walkOf[start] == 0 {
            let walk = start + 1
            var node: Int? = start
            while let current = node, walkOf[current] == 0 {
                walkOf[current] = walk
                node = nodes[current].parent
            }
            guard let met = node, walkOf[met] == walk else { continue }
            var members = [met]
            while let next = nodes[members[members.count - 1]].parent, next != met { members.append(next) }
            guard let top = members.min(by: precedes) else { continue }
            nodes[top].parent = nil
            nodes[top].isAsynchronous = false
            problems.append(.cycle(node: top))
        }
    }

    /// A root that links to a span of another tree hangs under it. Trees are told apart by their roots.
    private mutating func connectLinkedRoots() {
        var up = nodes.map(\.parent)
        func root(of node: Int) -> Int {
            var top = node
            while let parent = up[top] { top = parent }
            // The way is remembered, so that the next one is short.
            var current = node
            while let parent = up[current] {
                up[current] = top
                current = parent
            }
            return top
        }
        for node in nodes.indices where nodes[node].parent == nil {
            guard let links = nodes[node].record?.span.links, !links.isEmpty else { continue }
            let linked = links.compactMap { places[Key(traceID: $0.traceID, spanID: $0.spanID)] }
            guard let target = linked.first(where: { nodes[$0].record != nil && root(of: $0) != node }) else {
                continue
            }
            nodes[node].parent = target
            nodes[node].isAsynchronous = true
            up[node] = target
        }
    }

    /// In order of start; the longer first, as it is the likelier parent; then as they came.
    func precedes(_ left: Int, _ right: Int) -> Bool {
        let (start, otherStart) = (nodes[left].startTimeUnixNano, nodes[right].startTimeUnixNano)
        if start != otherStart { return start < otherStart }
        let (end, otherEnd) = (nodes[left].endTimeUnixNano, nodes[right].endTimeUnixNano)
        return end != otherEnd ? end > otherEnd : left < right
    }
}

public import OTLP

/// Builds a story.
///
/// 1. Make a node of every span; of copies with equal content keep one.
/// 2. Hang each under its parent; make placeholders for parents that never arrived.
/// 3. Cut cycles.
/// 4. Hang roots that link to another span of the request under it, as asynchronous.
/// 5. Order by time, set depths, attach logs.
/// 6. Find self times, the critical path and the root cause.
///
/// Cost: O(n log n); nothing recurses, so that a chain of 100,000 spans is as good as a tree.
public struct StoryAssembler {
    private var nodes: [Story.Node] = []
    private var places: [Key: Int] = [:]
    private var problems: [Story.Problem] = []

    private struct Key: Hashable {
        var traceID: TraceID
        var spanID: SpanID
    }

    public static func assemble(
        id: String? = nil, traceIDs: [TraceID] = [], traces: TracesData, logs: LogsData
    ) -> Story {
        var assembler = StoryAssembler()
        assembler.addSpans(of: traces)
        let roots = assembler.connect()
        let strayLogs = assembler.addLogs(of: logs)
        assembler.measureSelfTimes()
        assembler.findSilentFunctions()
        var story = Story(
            id: id ?? assembler.requestID, traceIDs: assembler.tracesInOrder(traceIDs), nodes: assembler.nodes,
            roots: roots, strayLogs: strayLogs,
            problems: assembler.problems, criticalPath: [], rootCause: nil)
        story.criticalPath = story.mainRoot.map { CriticalPath.find(in: story.nodes, from: $0) } ?? []
        story.rootCause = RootCause.find(in: story.nodes)
        return story
    }

    private init() {}

    /// The traces that are there: those of `first` that are, then the others. A link may name one that never arrived.
    private func tracesInOrder(_ first: [TraceID]) -> [TraceID] {
        var present: [TraceID] = []
        var seen: Set<TraceID> = []
        for trace in nodes.lazy.compactMap({ $0.span?.traceID }) where seen.insert(trace).inserted {
            present.append(trace)
        }
        let named = first.filter(seen.contains)
        return seen.isEmpty ? first : named + present.filter { !named.contains($0) }
    }

    private var requestID: String? {
        nodes.lazy.compactMap { $0.span?.attributes["request.id"]?.string }.first
    }

    // MARK: Spans

    private mutating func addSpans(of traces: TracesData) {
        for group in traces.resourceSpans {
            let service = group.resource?.serviceName ?? Resource().serviceName
            for scope in group.scopeSpans {
                for span in scope.spans { add(span, service, group.resource, scope.scope) }
            }
        }
    }

    private mutating func add(
        _ span: Span, _ service: String, _ resource: Resource?, _ scope: InstrumentationScope?
    ) {
        let key = Key(traceID: span.traceID, spanID: span.spanID)
        if let first = places[key] {
            guard nodes[first].span != span else { return }
            problems.append(.duplicateSpanID(node: nodes.count))
        } else {
            places[key] = nodes.count
        }
        let isReversed = span.endTimeUnixNano < span.startTimeUnixNano
        if isReversed, span.endTimeUnixNano != 0 { problems.append(.endBeforeStart(node: nodes.count)) }
        nodes.append(
            Story.Node(
                content: .span(span), service: service, resource: resource, scope: scope,
                startTimeUnixNano: span.startTimeUnixNano,
                endTimeUnixNano: isReversed ? span.startTimeUnixNano : span.endTimeUnixNano))
    }

    // MARK: The forest

    /// Returns the roots, in order of time.
    private mutating func connect() -> [Int] {
        for node in nodes.indices { connectToParent(node) }
        cutCycles()
        for node in nodes.indices where nodes[node].parent == nil { connectToLinkedSpan(node) }
        for node in nodes.indices {
            guard let parent = nodes[node].parent else { continue }
            nodes[parent].children.append(node)
            if case .lostParent = nodes[parent].content { widen(parent, to: node) }
        }
        for node in nodes.indices {
            // Not in place: the order looks at all nodes, and would make the array copy itself for every one of them.
            let children = nodes[node].children.sorted(by: precedes)
            nodes[node].children = children
            noteLostParent(node)
        }
        let roots = nodes.indices.filter { nodes[$0].parent == nil }.sorted(by: precedes)
        var stack = roots
        while let node = stack.popLast() {
            for child in nodes[node].children {
                nodes[child].depth = nodes[node].depth + 1
                stack.append(child)
            }
        }
        return roots
    }

    private mutating func connectToParent(_ node: Int) {
        guard let span = nodes[node].span, !span.parentSpanID.isZero else { return }
        let key = Key(traceID: span.traceID, spanID: span.parentSpanID)
        let parent = places[key] ?? addPlaceholder(key, span)
        nodes[node].parent = parent
        nodes[node].isAsynchronous = span.kind == .consumer && nodes[parent].span?.kind == .producer
    }

    private mutating func addPlaceholder(_ key: Key, _ child: Span) -> Int {
        places[key] = nodes.count
        nodes.append(
            Story.Node(
                content: .lostParent(traceID: key.traceID, spanID: key.spanID), service: "", resource: nil, scope: nil,
                startTimeUnixNano: child.startTimeUnixNano,
                endTimeUnixNano: max(child.startTimeUnixNano, child.endTimeUnixNano)))
        return nodes.count - 1
    }

    /// A placeholder lasts from its first child's start to its last child's end.
    private mutating func widen(_ placeholder: Int, to child: Int) {
        nodes[placeholder].startTimeUnixNano = min(nodes[placeholder].startTimeUnixNano, nodes[child].startTimeUnixNano)
        nodes[placeholder].endTimeUnixNano = max(nodes[placeholder].endTimeUnixNano, nodes[child].endTimeUnixNano)
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

    private mutating func connectToLinkedSpan(_ node: Int) {
        guard let links = nodes[node].span?.links else { return }
        for link in links {
            guard let target = places[Key(traceID: link.traceID, spanID: link.spanID)], nodes[target].span != nil,
                !isAncestor(node, of: target)
            else { continue }
            nodes[node].parent = target
            nodes[node].isAsynchronous = true
            return
        }
    }

    private func isAncestor(_ ancestor: Int, of node: Int) -> Bool {
        var current: Int? = node
        while let place = current {
            if place == ancestor { return true }
            current = nodes[place].parent
        }
        return false
    }

    /// In order of start; the longer first, as it is the likelier parent; then as they came.
    private func precedes(_ left: Int, _ right: Int) -> Bool {
        let (a, b) = (nodes[left], nodes[right])
        if a.startTimeUnixNano != b.startTimeUnixNano { return a.startTimeUnixNano < b.startTimeUnixNano }
        if a.endTimeUnixNano != b.endTimeUnixNano { return a.endTimeUnixNano > b.endTimeUnixNano }
        return left < right
    }

    // MARK: Logs, self times, silence

    private mutating func addLogs(of logs: LogsData) -> [Story.StoryLog] {
        var stray: [Story.StoryLog] = []
        for group in logs.resourceLogs {
            let service = group.resource?.serviceName ?? Resource().serviceName
            for record in group.scopeLogs.lazy.flatMap(\.logRecords) {
                let log = Story.StoryLog(record: record, service: service)
                if let node = places[Key(traceID: record.traceID, spanID: record.spanID)] {
                    nodes[node].logs.append(log)
                } else {
                    stray.append(log)
                }
            }
        }
        for node in nodes.indices where nodes[node].logs.count > 1 {
            nodes[node].logs.sort { $0.timeUnixNano < $1.timeUnixNano }
        }
        return stray.sorted { $0.timeUnixNano < $1.timeUnixNano }
    }

    private mutating func measureSelfTimes() {
        for node in nodes.indices {
            var covered: UInt64 = 0
            var reach = nodes[node].startTimeUnixNano
            let end = nodes[node].endTimeUnixNano
            for child in nodes[node].children where !nodes[child].isAsynchronous {
                let from = max(reach, nodes[child].startTimeUnixNano)
                let to = min(end, nodes[child].endTimeUnixNano)
                guard to > from else { continue }
                covered += to - from
                reach = to
            }
            nodes[node].selfTimeNanoseconds = nodes[node].durationNanoseconds - covered
        }
    }

    /// Only a span that names the function it invokes is believed: another CLIENT span may have called anybody.
    private mutating func findSilentFunctions() {
        for node in nodes.indices {
            guard let name = nodes[node].span?.attributes["faas.invoked_name"]?.string,
                !nodes[node].children.contains(where: { nodes[$0].service != nodes[node].service })
            else { continue }
            problems.append(.silentFunction(node: node, name: name))
        }
    }
}

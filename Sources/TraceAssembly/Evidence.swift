import OTLP

// What the spans say about spans that are not here.

extension StoryAssembler {
    /// Only a span that names the function it invokes is believed: another CLIENT span may have called anybody.
    mutating func findSilentFunctions() {
        var known: Set<String>?
        for node in nodes.indices {
            guard let span = nodes[node].record?.span, let name = FunctionAttributes.invokedName(span),
                !nodes[node].children.contains(where: { nodes[$0].service != nodes[node].service })
            else { continue }
            let names = known ?? namesOfFunctions()
            known = names
            // It sent something, only not as a child of this span: its context was lost, not its telemetry.
            guard !names.contains(name) else { continue }
            problems.append(.silentFunction(node: node, name: name))
        }
    }

    private func namesOfFunctions() -> Set<String> {
        var names: Set<String> = []
        for node in nodes where node.record != nil {
            names.insert(node.service)
            if let name = node.resource?.attributes["faas.name"]?.string { names.insert(name) }
        }
        return names
    }
}

extension Story.Arrival {
    /// Adds up what each sender says that it has begun in each trace. A sender repeats its count as it grows: the largest
    /// is the last.
    ///
    /// `nil` when no sender counts.
    static func counted(in nodes: [Story.Node]) -> Story.Arrival? {
        struct Sender: Hashable {
            var traceID: TraceID
            var instance: String
        }
        var begun: [Sender: Int] = [:]
        var arrived: [Sender: Int] = [:]
        for node in nodes {
            guard let span = node.record?.span else { continue }
            let count = FunctionAttributes.begunSpans(span, node.resource)
            let sender = Sender(traceID: span.traceID, instance: FunctionAttributes.instance(node))
            arrived[sender, default: 0] += 1
            if let count { begun[sender] = max(begun[sender] ?? 0, Int(clamping: count)) }
        }
        guard !begun.isEmpty else { return nil }
        var arrival = Story.Arrival(begunSpans: 0, arrivedSpans: 0)
        for (sender, count) in begun {
            arrival.arrivedSpans += arrived[sender] ?? 0
            arrival.begunSpans += max(count, arrived[sender] ?? 0)
        }
        return arrival
    }
}

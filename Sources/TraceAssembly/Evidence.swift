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
    /// Adds up what the invocations say that they have begun, beside what arrived from their environments.
    ///
    /// `nil` when no invocation counts.
    static func counted(in nodes: [Story.Node]) -> Story.Arrival? {
        struct Sender: Hashable {
            var traceID: TraceID
            var instance: String
        }
        func sender(_ record: Story.SpanRecord) -> Sender {
            Sender(traceID: record.span.traceID, instance: FunctionAttributes.instance(record))
        }
        var begun: [Sender: (spans: Int, logs: Int)] = [:]
        for record in nodes.lazy.compactMap(\.record) {
            guard let spans = FunctionAttributes.begunSpans(record.span) else { continue }
            let logs = FunctionAttributes.begunLogs(record.span) ?? 0
            let sum = begun[sender(record)] ?? (0, 0)
            begun[sender(record)] = (sum.spans + Int(clamping: spans), sum.logs + Int(clamping: logs))
        }
        guard !begun.isEmpty else { return nil }
        var arrived: [Sender: (spans: Int, logs: Int)] = [:]
        for node in nodes {
            guard let record = node.record else { continue }
            let sum = arrived[sender(record)] ?? (0, 0)
            arrived[sender(record)] = (sum.spans + 1, sum.logs + node.logs.count)
        }
        var arrival = Story.Arrival(begunSpans: 0, arrivedSpans: 0)
        for (sender, count) in begun {
            let here = arrived[sender] ?? (0, 0)
            arrival.arrivedSpans += here.spans
            arrival.begunSpans += max(count.spans, here.spans)
            arrival.arrivedLogs += here.logs
            arrival.begunLogs += max(count.logs, here.logs)
        }
        return arrival
    }
}

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
    /// Adds up what the senders say that they have begun, beside what arrived from them.
    ///
    /// A sender tells its counts with every export, on a span or a log record, and says below which of its spans they were
    /// counted: of each the highest is the latest. `nil` when no sender counts.
    static func counted(in nodes: [Story.Node], _ logs: LogsData) -> Story.Arrival? {
        var senders: [Sender: Counts] = [:]
        for record in nodes.lazy.compactMap(\.record) {
            let sender = Sender(
                traceID: record.span.traceID,
                instance: FunctionAttributes.instance(record.resource) ?? record.service)
            senders[sender, default: Counts()].arrivedSpans += 1
            senders[sender]?.take(record.span.attributes, onSpan: record.span.spanID)
        }
        for group in logs.resourceLogs {
            let instance =
                FunctionAttributes.instance(group.resource) ?? group.resource?.serviceName ?? Resource().serviceName
            for record in group.scopeLogs.lazy.flatMap(\.logRecords) {
                let sender = Sender(traceID: record.traceID, instance: instance)
                senders[sender, default: Counts()].arrivedLogs += 1
                senders[sender]?.take(record.attributes, onSpan: record.spanID)
            }
        }
        let counting = senders.values.filter { !$0.begun.isEmpty }
        guard !counting.isEmpty else { return nil }
        var arrival = Story.Arrival(begunSpans: 0, arrivedSpans: 0)
        for counts in counting {
            arrival.arrivedSpans += counts.arrivedSpans
            arrival.begunSpans += max(counts.begun.values.reduce(0) { $0 + $1.spans }, counts.arrivedSpans)
            arrival.arrivedLogs += counts.arrivedLogs
            arrival.begunLogs += max(counts.begun.values.reduce(0) { $0 + $1.logs }, counts.arrivedLogs)
        }
        return arrival
    }

    /// An execution environment, in one trace.
    private struct Sender: Hashable {
        var traceID: TraceID
        var instance: String
    }

    private struct Counts {
        var arrivedSpans = 0
        var arrivedLogs = 0
        /// By the span below which they were counted.
        var begun: [String: (spans: Int, logs: Int)] = [:]

        mutating func take(_ attributes: [Attribute], onSpan spanID: SpanID) {
            guard let spans = FunctionAttributes.begunSpans(attributes) else { return }
            let root = FunctionAttributes.begunBelow(attributes) ?? spanID.hex
            let known = begun[root] ?? (0, 0)
            begun[root] = (
                max(known.spans, Int(clamping: spans)),
                max(known.logs, Int(clamping: FunctionAttributes.begunLogs(attributes) ?? 0))
            )
        }
    }
}

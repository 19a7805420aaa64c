import OTLP

extension StoryAssembler {
    /// A function's invocation is the topmost of its spans: the one whose parent is another's, or missing.
    mutating func findInvocations() -> [Story.Invocation] {
        var invocations: [Story.Invocation] = []
        for node in nodes.indices {
            guard let span = nodes[node].record?.span, isEntry(node) else { continue }
            let attributes = nodes[node].resource?.attributes ?? []
            let isFunction = attributes["faas.name"] != nil || span.attributes["faas.invocation_id"] != nil
            guard isFunction else { continue }
            let initNanoseconds = FunctionAttributes.initNanoseconds(span)
            let isCold = FunctionAttributes.isColdStart(span) ?? (initNanoseconds != nil)
            if isCold { nodes[node].coldStartNanoseconds = initNanoseconds ?? 0 }
            invocations.append(
                Story.Invocation(
                    node: node, isColdStart: isCold, initNanoseconds: isCold ? initNanoseconds : nil,
                    billedNanoseconds: FunctionAttributes.billedNanoseconds(span),
                    memoryLimitBytes: FunctionAttributes.memoryLimitBytes(nodes[node]),
                    memoryUsedBytes: FunctionAttributes.memoryUsedBytes(nodes[node]),
                    platform: attributes["cloud.platform"]?.string ?? "",
                    architecture: attributes["host.arch"]?.string ?? ""))
        }
        return invocations.sorted { precedes($0.node, $1.node) }
    }

    private func isEntry(_ node: Int) -> Bool {
        guard let parent = nodes[node].parent, nodes[parent].record != nil else {
            // Work inside a function whose parent was lost is not what was invoked.
            let span = nodes[node].record?.span
            let isInner = span?.kind == .internal && span?.parentSpanID.isZero == false
            return !isInner || span?.attributes["faas.invocation_id"] != nil
        }
        return nodes[parent].service != nodes[node].service || nodes[node].isAsynchronous
            || clocks.domainOfNode[parent] != clocks.domainOfNode[node]
    }
}

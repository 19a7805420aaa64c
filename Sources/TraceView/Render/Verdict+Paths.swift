import TraceAssembly

// Where the time went, in words.

extension Verdict {
    func paths(_ main: Int) -> [String] {
        guard story.nodes.count > 1 else { return [] }
        return responsePath(main) + completionPath(main)
    }

    private func responsePath(_ main: Int) -> [String] {
        let total = story.nodes[main].durationNanoseconds
        guard total > 0, !story.criticalPath.isEmpty else { return [] }
        let most = width >= Limits.selfTimeWidthMin ? 5 : 3
        let steps = shares(of: story.criticalPath).prefix(most).filter { $0.nanoseconds >= total / 100 }
            .map { "\(title($0.step)) \(Units.percent($0.nanoseconds, of: total))" }
        guard !steps.isEmpty else { return [] }
        return titled("critical path \(Units.duration(total)):", Array(steps))
    }

    /// What went on after the response.
    private func completionPath(_ main: Int) -> [String] {
        let response = story.nodes[main].endTimeUnixNano
        guard let last = story.completionPath.last, last.endTimeUnixNano > response else { return [] }
        let after = story.completionPath.filter { $0.endTimeUnixNano > response }
        let most = width >= Limits.selfTimeWidthMin ? 5 : 3
        let steps = shares(of: after).prefix(most).map { "\(title($0.step)) \(Units.duration($0.nanoseconds))" }
        let total = Units.duration(last.endTimeUnixNano - story.nodes[main].startTimeUnixNano)
        return titled("all done after \(total):", Array(steps))
    }

    private struct Step {
        var node: Int
        var kind: Story.PathSegment.Kind
    }

    /// Spans that do the same count together; the largest first.
    private func shares(of path: [Story.PathSegment]) -> [(step: Step, nanoseconds: UInt64)] {
        var shares: [(step: Step, nanoseconds: UInt64)] = []
        var places: [String: Int] = [:]
        for segment in path {
            let step = Step(node: segment.node, kind: segment.kind)
            let title = title(step)
            if let place = places[title] {
                shares[place].nanoseconds += segment.durationNanoseconds
                if step.node < shares[place].step.node { shares[place].step = step }
            } else {
                places[title] = shares.count
                shares.append((step, segment.durationNanoseconds))
            }
        }
        return shares.sorted { ($1.nanoseconds, $0.step.node) < ($0.nanoseconds, $1.step.node) }
    }

    private func title(_ step: Step) -> String {
        switch step.kind {
        case .work: return names.full(step.node)
        case .coldStart: return "\(names.service(step.node)) INIT"
        case .waiting: return "waited" + (names.destination(step.node).map { " in \($0)" } ?? " in a queue")
        }
    }
}

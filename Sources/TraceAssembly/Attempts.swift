import OTLP

/// Finds tries of the same thing.
///
/// Siblings of one service, name and kind are attempts when each begins after the one before it, which failed, was over.
/// Roots of one service and name carry the same request id: there the caller tried again, whether or not it failed.
extension StoryAssembler {
    mutating func findAttempts(_ roots: [Int]) {
        mark(roots, needsFailure: false)
        for node in nodes.indices where nodes[node].children.count > 1 {
            guard nodes[node].children.contains(where: { nodes[$0].isError }) else { continue }
            mark(nodes[node].children, needsFailure: true)
        }
    }

    private struct Task: Hashable {
        var service: String
        var name: String
        var kind: Int32
    }

    private mutating func mark(_ siblings: [Int], needsFailure: Bool) {
        var runs: [Task: [Int]] = [:]
        var finished: [[Int]] = []
        for node in siblings {
            guard let span = nodes[node].record?.span else { continue }
            let task = Task(service: nodes[node].service, name: span.name, kind: span.kind.rawValue)
            if let last = runs[task]?.last, follows(node, last, needsFailure) {
                runs[task, default: []].append(node)
            } else {
                if let run = runs[task] { finished.append(run) }
                runs[task] = [node]
            }
        }
        for run in finished + runs.values where run.count > 1 {
            for (index, node) in run.enumerated() {
                nodes[node].attempt = Story.Attempt(number: index + 1, count: run.count, group: run[0])
            }
        }
    }

    private func follows(_ node: Int, _ earlier: Int, _ needsFailure: Bool) -> Bool {
        if needsFailure, !nodes[earlier].isError || asksSomethingElse(node, earlier) { return false }
        let slack = nodes[earlier].durationNanoseconds / 100
        return nodes[node].startTimeUnixNano &+ slack >= nodes[earlier].endTimeUnixNano
    }

    /// Two spans whose parameters differ are two tasks: the next key, the next page.
    private func asksSomethingElse(_ node: Int, _ earlier: Int) -> Bool {
        guard let span = nodes[node].record?.span, let first = nodes[earlier].record?.span else { return false }
        return span.attributes.contains { attribute in
            guard let text = attribute.value?.string, let other = first.attributes[attribute.key]?.string else {
                return false
            }
            let isOutcome = ["error", "exception", "status", "response", "network", "invocation"].contains(
                where: attribute.key.contains)
            return !isOutcome && text != other
        }
    }
}

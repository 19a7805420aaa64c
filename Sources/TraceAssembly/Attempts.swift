import OTLP

/// Finds tries of the same thing.
///
/// Siblings of one service, name and kind that ask for the same are attempts when each begins after the one before it, which
/// failed, was over. A loop over many things is none, unless its instrumentation counts what it sends again.
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
        // Who counts what is sent again says that it is the same.
        if let count = span.attributes["http.request.resend_count"]?.int, count > 0 { return false }
        return span.attributes.contains { attribute in
            guard !OutcomeAttribute.isOne(attribute.key), let other = first.attributes[attribute.key] else {
                return false
            }
            return attribute.value != other
        }
    }
}

/// Attributes that tell how a try went, which one it was, or where it ran; all others tell what was asked for.
private enum OutcomeAttribute {
    static func isOne(_ key: String) -> Bool {
        key.utf8.split { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_") }
            .contains { words.contains(String(Substring($0)).lowercased()) } || key == "aws.request_id"
    }

    private static let words: Set<String> = [
        "error", "exception", "status", "response", "outcome", "retry", "retries", "resend", "attempt", "attempts",
        "duration", "elapsed", "latency", "delay", "backoff", "time", "timestamp", "timeout", "network", "peer", "sock",
        "thread", "invocation", "usage", "coldstart", "telemetry", "ms",
    ]
}

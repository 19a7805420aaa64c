/// How a request ended.
extension Story {
    public enum Outcome: Hashable, Sendable {
        /// Nothing arrived that could tell.
        case unknown
        case running
        case succeeded
        /// It succeeded, and some spans of it failed on the way.
        case recovered
        case failed
        /// The caller had its answer; this asynchronous span failed afterwards.
        case failedLater(node: Int)
    }

    public var outcome: Outcome {
        guard let main = mainRoot else { return .unknown }
        if nodes[main].isError { return .failed }
        if let later = nodes.indices.first(where: { nodes[$0].isAsynchronous && isFinalFailure($0) }) {
            return .failedLater(node: later)
        }
        if nodes[main].record == nil { return nodes.contains(where: \.isError) ? .failed : .unknown }
        if nodes[main].isRunning { return .running }
        return nodes.contains(where: \.isError) ? .recovered : .succeeded
    }

    public var hasFailed: Bool {
        switch outcome {
        case .failed, .failedLater: true
        case .unknown, .running, .succeeded, .recovered: false
        }
    }

    /// Nothing that the story knows of is missing.
    public var isComplete: Bool {
        guard arrival?.isComplete ?? true, !nodes.isEmpty else { return false }
        let lacks = problems.contains { problem in
            switch problem {
            case .lostParent, .silentFunction: true
            case .cycle, .duplicateSpanID, .endBeforeStart: false
            }
        }
        return !lacks && !nodes.contains(where: \.isRunning)
    }

    /// It failed, and no later attempt put it right.
    private func isFinalFailure(_ node: Int) -> Bool {
        nodes[node].isError && (nodes[node].attempt.map { $0.number == $0.count } ?? true)
    }
}

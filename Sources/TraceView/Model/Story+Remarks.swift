import OTLP
import TraceAssembly

// What is worth a row besides the spans, whichever screen shows it.

extension Story {
    /// What an asynchronous span waited for its turn, where it is worth a row.
    func wait(before node: Int) -> UInt64? {
        guard nodes[node].isAsynchronous, let parent = nodes[node].parent else { return nil }
        let sent = nodes[parent].endTimeUnixNano
        let start = nodes[node].startTimeUnixNano
        return start >= sent &+ 1_000_000 ? start - sent : nil
    }

    /// By the span that invoked them, the functions that sent nothing.
    var silentFunctions: [Int: [String]] {
        var silent: [Int: [String]] = [:]
        for case .silentFunction(let node, let name) in problems { silent[node, default: []].append(name) }
        return silent
    }

    /// The words of an error that no child's error caused. Those of the root cause stand in the verdict.
    func failure(of node: Int) -> String? {
        guard nodes[node].isError, node != rootCause, let span = nodes[node].span,
            !nodes[node].children.contains(where: { nodes[$0].isError }),
            !nodes[node].logs.contains(where: { $0.record.severityNumber >= .error })
        else { return nil }
        let words = FailureText.words(span)
        return words.isEmpty ? nil : words
    }
}

extension Story.StoryLog {
    /// One row is enough for both.
    func saysTheSame(as other: Story.StoryLog) -> Bool {
        record.body == other.record.body && record.severityNumber == other.record.severityNumber
    }
}

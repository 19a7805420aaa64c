import OTLP
import TraceAssembly

/// Finds siblings that do the same: one service, kind and name, where digits in a name count as equal.
///
/// What tells something keeps its own row: the way to the root cause, spans that a good part of the critical path went
/// through, and the first failed ones.
struct SiblingFolding {
    let story: Story
    let measures: StoryMeasures

    private struct Key: Hashable {
        var service: String
        var name: String
        var kind: Int32
        var isAsynchronous: Bool
    }

    /// Groups of at least `Limits.similarSpansMin`; every other sibling is told by itself.
    func groups(of siblings: [Int]) -> [SimilarSpans] {
        guard siblings.count >= Limits.similarSpansMin else { return [] }
        var members: [Key: [Int]] = [:]
        var failed: [Key: Int] = [:]
        var order: [Key] = []
        for node in siblings {
            guard let span = story.nodes[node].record?.span, !isTelling(node) else { continue }
            let key = Key(
                service: story.nodes[node].service, name: SpanName.pattern(span.name), kind: span.kind.rawValue,
                isAsynchronous: story.nodes[node].isAsynchronous)
            if measures.errorCount[node] > 0 {
                failed[key, default: 0] += 1
                if failed[key, default: 0] <= Limits.failedSimilarSpansMax { continue }
            }
            if members[key] == nil { order.append(key) }
            members[key, default: []].append(node)
        }
        return order.compactMap { key in
            guard let nodes = members[key], nodes.count >= Limits.similarSpansMin else { return nil }
            return summary(nodes, key.name)
        }
    }

    private func isTelling(_ node: Int) -> Bool {
        measures.leadsToRootCause[node] || measures.pathNanoseconds[node] > measures.pathTotal / 20
            || (story.nodes[node].attempt.map { $0.count < Limits.similarSpansMin } ?? false)
    }

    private func summary(_ nodes: [Int], _ pattern: String) -> SimilarSpans {
        let durations = nodes.map { story.nodes[$0].durationNanoseconds }.sorted()
        let first = story.nodes[nodes[0]].record?.span.name ?? ""
        let isOneName = nodes.allSatisfy { story.nodes[$0].record?.span.name == first }
        return SimilarSpans(
            nodes: nodes, name: isOneName ? first : pattern,
            spanCount: nodes.reduce(0) { $0 + measures.familySize[$1] },
            errorCount: nodes.reduce(0) { $0 + measures.errorCount[$1] },
            medianNanoseconds: durations[durations.count / 2], maxNanoseconds: durations[durations.count - 1])
    }
}

import OTLP
import TelemetryStore

/// A filter as it reads in one block: keys are columns there, services are origins.
///
/// A block that no row can match is found out here, before any row is read.
struct BlockMatcher {
    let block: BlockReader
    let signal: Signal
    let filter: RecordFilter
    let phrases: [PhrasePattern]
    /// By origin: whether its service is asked for.
    let isService: [Bool]
    let conditions: [Condition]
    let resources = ResourceValues()
    /// The numbers of its questions begin here: a block may be asked by several filters, one after another.
    let firstQuestion: Int

    /// One attribute condition.
    struct Condition {
        var test: AttributeCondition.Test
        /// The columns of the record's own attributes with this key.
        var columns: [(number: Int, kind: AttributeView.Kind)]
        /// By origin: whether the resource has the attribute, and whether the test holds for it.
        var resources: [(has: Bool, holds: Bool)]
        /// The hash that the filter of a group must have when the value stands there as text; `nil` when it cannot tell.
        var hash: UInt64?

        var holdsForAnyResource: Bool { resources.contains { $0.holds } }
    }

    init(_ block: BlockReader, _ signal: Signal, _ filter: RecordFilter, _ phrases: [PhrasePattern]) {
        self.block = block
        self.signal = signal
        self.filter = filter
        self.phrases = phrases
        isService =
            filter.services.isEmpty
            ? block.origins.map { _ in true } : block.services.map { filter.services.contains($0 ?? "") }
        firstQuestion = block.takeQuestions(Question.count(of: filter))
        conditions = filter.attributes.map { BlockMatcher.condition($0, block, signal) }
    }

    private static func condition(
        _ condition: AttributeCondition, _ block: BlockReader, _ signal: Signal
    ) -> Condition {
        let columns = block.columns(of: condition.key, signal)
        var hash: UInt64?
        if case .equals(let value) = condition.test, columns.allSatisfy({ $0.kind == .string }) {
            hash = StableHash.of(value, seed: StableHash.of(condition.key))
        }
        guard block.hasResource(with: condition.key) else {
            let none = [(has: Bool, holds: Bool)](repeating: (false, false), count: block.origins.count)
            return Condition(test: condition.test, columns: columns, resources: none, hash: hash)
        }
        return Condition(
            test: condition.test, columns: columns,
            resources: block.origins.map { origin in
                guard origin.has(condition.key) else { return (false, false) }
                let values = origin.resource?.attributes.filter { $0.key == condition.key } ?? []
                return (true, values.contains { condition.test.holds(for: $0.value) })
            }, hash: hash)
    }

    /// Whether any row can match at all.
    var mayMatch: Bool {
        guard isService.contains(true) else { return false }
        return conditions.allSatisfy { $0.test.isMissing || !$0.columns.isEmpty || $0.holdsForAnyResource }
    }

    /// Whether a row of the group can match, by what the block says of the group and by the group's filter.
    func mayMatch(group: Int, _ filters: inout ColumnSet?) throws(StoreError) -> Bool {
        let summary = block.groups[group].summary
        guard block.groups[group].counts[signal] > 0 else { return false }
        if let time = filter.time {
            guard summary.times.first < time.upperBound, summary.times.last >= time.lowerBound else { return false }
        }
        if signal == .traces {
            if filter.severity != nil { return false }
            if filter.status == .error, summary.errorCount == 0 { return false }
            if let duration = filter.duration {
                guard summary.shortest <= duration.upperBound, summary.longest >= duration.lowerBound else {
                    return false
                }
            }
        } else {
            if filter.status != nil || filter.duration != nil || filter.kind != nil { return false }
            if let severity = filter.severity, summary.severity < severity.rawValue { return false }
        }
        let hashes = phrases.flatMap(\.hashes)
        guard !hashes.isEmpty || conditions.contains(where: { $0.hash != nil && !$0.holdsForAnyResource }) else {
            return true
        }
        if filters == nil { filters = try block.valueFilters() }
        let (phraseHashes, conditions) = (hashes, conditions)
        let mayMatch = try filters?.read(group) { (cursor, bytes) in
            let filter = bytes.extracting(cursor.position..<cursor.end)
            for hash in phraseHashes where !MembershipFilter.mayContain(hash, in: filter) { return false }
            for condition in conditions where !condition.holdsForAnyResource {
                if let hash = condition.hash, !MembershipFilter.mayContain(hash, in: filter) { return false }
            }
            return true
        }
        return mayMatch ?? true
    }
}

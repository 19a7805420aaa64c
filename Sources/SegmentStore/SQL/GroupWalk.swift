import OTLP
import TelemetryStore

/// Walks the groups that can have rows for a filter, newest block first, and finds their rows.
///
/// 1. Pass over blocks by time, by counts, and by the id filter when traces are asked for.
/// 2. Pass over groups by what the block says of them and by their value filters.
/// 3. In what is left let each condition clear the rows it does not hold for.
/// A block or group that is damaged is reported and passed over.
struct GroupWalk {
    let context: SQLContext
    let signal: Signal
    private let filter: RecordFilter
    private let traceHashes: [UInt64]
    private var nextBlock = 0
    private var block: OpenBlock?

    private struct OpenBlock {
        var matcher: BlockMatcher
        var origins: OriginValues
        /// Still to be visited, the next one last.
        var groups: [Int]
        var filters: ColumnSet?
    }

    init(_ signal: Signal, _ filter: RecordFilter, _ context: SQLContext) {
        self.signal = signal
        self.filter = filter
        self.context = context
        traceHashes = filter.traces.map(StableHash.of)
    }

    /// The next group that has rows; `nil` at the end. They are in order of the newest, as far as that costs nothing.
    mutating func next() throws(StoreError) -> GroupRows? {
        while true {
            try context.check()
            guard let group = block?.groups.popLast() else {
                guard nextBlock < context.blocks.count else { return nil }
                nextBlock += 1
                do throws(StoreError) {
                    block = try open(nextBlock - 1)
                } catch {
                    context.damaged(error)
                }
                continue
            }
            do throws(StoreError) {
                if let rows = try rows(of: group) { return rows }
            } catch {
                context.damaged(error)
            }
        }
    }

    private func open(_ place: Int) throws(StoreError) -> OpenBlock? {
        let stored = context.blocks[place]
        guard stored.counts[signal] > 0 else { return nil }
        if let time = filter.time {
            guard stored.times.first < time.upperBound, stored.times.last >= time.lowerBound else { return nil }
        }
        if !traceHashes.isEmpty {
            var mayHave = false
            for hash in traceHashes where !mayHave { mayHave = try stored.mayHave(id: hash) }
            guard mayHave else { return nil }
        }
        let matcher = BlockMatcher(try context.block(place), signal, filter, [])
        guard matcher.mayMatch else { return nil }
        return OpenBlock(
            matcher: matcher, origins: OriginValues(matcher.block.origins), groups: try groups(of: matcher.block))
    }

    /// The groups of the traces that are asked for.
    private func groups(of block: BlockReader) throws(StoreError) -> [Int] {
        let all = Array(block.groups.indices)
        guard !filter.traces.isEmpty else { return all }
        let ids = try block.traceIDs()
        return all.filter { group in
            block.groups[group].runs.contains { filter.traces.contains(ids[$0]) }
        }
    }

    private mutating func rows(of group: Int) throws(StoreError) -> GroupRows? {
        guard var open = block else { return nil }
        block = nil
        defer { block = open }
        guard try open.matcher.mayMatch(group: group, &open.filters) else { return nil }
        context.groupsRead += 1
        let matcher = try GroupMatcher(open.matcher, group: group)
        let found = matcher.isMatch.indices.filter { matcher.isMatch[$0] }
        return found.isEmpty
            ? nil
            : GroupRows(open.matcher.block, open.origins, matcher, signal, place: nextBlock - 1, group: group, found)
    }
}

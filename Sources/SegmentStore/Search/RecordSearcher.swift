import OTLP
import TelemetryStore

/// Finds the newest records that a filter holds for.
///
/// 1. Take blocks, and in them groups, in order of their latest time; open a block only when its turn has come.
/// 2. In a group that can match, find the matching rows, and read those that are among the newest so far.
/// 3. Stop when the page is full and all groups that are left are older than its last record.
struct RecordSearcher {
    private let filter: RecordFilter
    private let phrases: [PhrasePattern]
    private let signal: Signal
    private let limit: Int
    private let after: SearchCursor?
    private var hits: [Hit] = []

    struct Hit {
        var cursor: SearchCursor
        var origin: BlockOrigin
        var message: [UInt8]

        /// Newest first.
        static func precedes(_ left: Hit, _ right: Hit) -> Bool {
            (left.cursor.time, left.cursor.tie) > (right.cursor.time, right.cursor.tie)
        }
    }

    init(_ signal: Signal, _ filter: RecordFilter, limit: Int, after: SearchCursor?) {
        self.signal = signal
        self.filter = filter
        phrases = filter.phrases.map(PhrasePattern.init)
        self.limit = max(0, min(limit, SpanSearch.limitMax))
        self.after = after
    }

    /// The hits of a page, and whether there may be more.
    mutating func search(
        _ blocks: [StoredBlock], _ damaged: (StoreError) -> Void
    ) throws(StoreError) -> (hits: [Hit], hasMore: Bool) {
        var waiting = blocks.filter(mayMatch).sorted { $0.times.last < $1.times.last }
        var groups: [(last: UInt64, matcher: BlockMatcher, filters: FilterCache, group: Int)] = []
        while true {
            while let block = waiting.last, block.times.last >= groups.last?.last ?? 0 {
                waiting.removeLast()
                do throws(StoreError) {
                    let matcher = BlockMatcher(try block.open(), signal, filter, phrases)
                    guard matcher.mayMatch else { continue }
                    let filters = FilterCache()
                    for group in matcher.block.groups.indices where matcher.block.groups[group].counts[signal] > 0 {
                        groups.append((matcher.block.groups[group].summary.times.last, matcher, filters, group))
                    }
                    groups.sort { $0.last < $1.last }
                } catch {
                    guard error.code == .corrupt else { throw error }
                    damaged(StoreError(.corrupt, error.message, place: block.description))
                }
            }
            guard let next = groups.popLast() else { break }
            if hits.count > limit, next.last < hits[limit - 1].cursor.time { break }
            do throws(StoreError) {
                if try next.matcher.mayMatch(group: next.group, &next.filters.filters) {
                    try search(next.matcher, group: next.group)
                }
            } catch {
                guard error.code == .corrupt else { throw error }
                damaged(StoreError(.corrupt, error.message, place: next.matcher.block.place))
            }
        }
        return (Array(hits.prefix(limit)), hits.count > limit)
    }

    private final class FilterCache {
        var filters: ColumnSet?
    }

    private func mayMatch(_ block: StoredBlock) -> Bool {
        guard block.counts[signal] > 0 else { return false }
        if let after, block.times.first > after.time { return false }
        guard let time = filter.time else { return true }
        return block.times.first < time.upperBound && block.times.last >= time.lowerBound
    }

    private mutating func search(_ matcher: BlockMatcher, group: Int) throws(StoreError) {
        var rows = try GroupMatcher(matcher, group: group)
        guard rows.isMatch.contains(true) else { return }
        let times = try rows.loadTimes()
        let oldest = hits.count > limit ? hits[limit].cursor.time : 0
        let isMatch = rows.isMatch
        var found = isMatch.indices.filter { row in
            isMatch[row] && times[row] >= oldest && times[row] <= after?.time ?? .max
        }
        found.sort { times[$0] > times[$1] }
        // One more than the page, to know whether there is a next one; and all of one time, whose order is not known yet. Some of
        // them may stand on the page before, or be there twice: then the next ones are read, too.
        var rest = found[...]
        while let next = rest.first {
            if hits.count > limit, hits[limit].cursor.time > times[next] { break }
            let last = times[rest[min(rest.startIndex + limit, rest.endIndex - 1)]]
            let chunk = rest.prefix { times[$0] >= last }
            rest = rest.dropFirst(chunk.count)
            try read(Set(chunk), times, matcher.block, group: group)
        }
    }

    private mutating func read(
        _ wanted: Set<Int>, _ times: [UInt64], _ block: BlockReader, group: Int
    ) throws(StoreError) {
        var runs: [Int] = []
        var firstRows: [Int: Int] = [:]
        var row = 0
        for run in block.groups[group].runs {
            let count = block.runs[run].counts[signal]
            if (row..<row + count).contains(where: wanted.contains) {
                runs.append(run)
                firstRows[run] = row
            }
            row += count
        }
        var found: [Hit] = []
        let after = after
        try block.read(runs, ofGroup: group, signals: [signal]) { _, run, origin, message in
            let row = firstRows[run] ?? 0
            firstRows[run] = row + 1
            guard wanted.contains(row), block.origins.indices.contains(Int(truncatingIfNeeded: origin)) else { return }
            let origin = block.origins[Int(origin)]
            let tie = message.withUnsafeBytes { StableHash.of($0, seed: origin.stableHash) }
            if let after, times[row] == after.time, tie >= after.tie { return }
            let cursor = SearchCursor(time: times[row], tie: tie)
            found.append(Hit(cursor: cursor, origin: origin, message: message))
        }
        take(found)
    }

    private mutating func take(_ found: [Hit]) {
        hits += found
        hits.sort(by: Hit.precedes)
        // A span that its client sent again is there once; a log line may have been written twice.
        if signal == .traces {
            var unique: [Hit] = []
            for hit in hits where unique.last?.cursor != hit.cursor { unique.append(hit) }
            hits = unique
        }
        if hits.count > limit + 1 { hits.removeSubrange((limit + 1)...) }
    }
}

extension BlockOrigin {
    /// The same records of two origins are two.
    fileprivate var stableHash: UInt64 {
        let group = group.withUnsafeBytes { StableHash.of($0) }
        return scope.withUnsafeBytes { StableHash.of($0, seed: group) }
    }
}

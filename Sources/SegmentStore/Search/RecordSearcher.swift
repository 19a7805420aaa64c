import Dispatch
import OTLP
import Synchronization
import TelemetryStore

/// Finds the newest records that a filter holds for.
///
/// 1. Take blocks in order of their latest time, as many at once as there are processors, and in each its groups likewise.
/// 2. In a group that can match, find the matching rows, and read those that are among the newest of the block so far.
/// 3. Stop when the page is full and all that is left is older than its last record.
struct RecordSearcher: Sendable {
    private let filter: RecordFilter
    private let phrases: [PhrasePattern]
    private let signal: Signal
    private let limit: Int
    private let after: SearchCursor?
    private var hits: [Hit] = []

    struct Hit: Sendable {
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
        _ blocks: [StoredBlock], _ damaged: @Sendable (StoreError) -> Void
    ) throws(StoreError) -> (hits: [Hit], hasMore: Bool) {
        let waiting = blocks.filter(mayMatch).sorted { $0.times.last > $1.times.last }
        let empty = self
        let state = Mutex(State(searcher: self, waiting: waiting[...]))
        DispatchQueue.concurrentPerform(iterations: Processors.count) { _ in
            while let block = state.withLock({ $0.next() }) {
                var part = empty
                do throws(StoreError) {
                    try part.search(block, damaged)
                    let found = part.hits
                    state.withLock { $0.searcher.take(found) }
                } catch {
                    state.withLock { $0.failure = error }
                }
            }
        }
        let (searched, failure) = state.withLock { ($0.searcher, $0.failure) }
        if let failure { throw failure }
        self = searched
        return (Array(hits.prefix(limit)), hits.count > limit)
    }

    /// What those who search at the same time share.
    private struct State {
        var searcher: RecordSearcher
        var waiting: ArraySlice<StoredBlock>
        var failure: StoreError?

        /// The next block to be searched; `nil` when the page is done, or cannot be.
        mutating func next() -> StoredBlock? {
            guard failure == nil, let newest = waiting.first, !searcher.isComplete(before: newest.times.last) else {
                return nil
            }
            return waiting.removeFirst()
        }
    }

    /// Whether the page is full and nothing until `time` can stand on it.
    private func isComplete(before time: UInt64) -> Bool {
        hits.count > limit && time < hits[limit - 1].cursor.time
    }

    private mutating func search(_ stored: StoredBlock, _ damaged: (StoreError) -> Void) throws(StoreError) {
        try stored.reading(damaged) { () throws(StoreError) in
            let matcher = BlockMatcher(try stored.open(), signal, filter, phrases)
            guard matcher.mayMatch else { return }
            var filters: ColumnSet?
            let block = matcher.block
            let groups = block.groups.indices.filter { block.groups[$0].counts[signal] > 0 }
            for group in groups.sorted(by: { block.groups[$0].summary.times.last > block.groups[$1].summary.times.last }
            )
            where !isComplete(before: block.groups[group].summary.times.last) {
                try stored.reading(damaged) { () throws(StoreError) in
                    if try matcher.mayMatch(group: group, &filters) { try search(matcher, group: group) }
                }
            }
        }
    }

    private func mayMatch(_ block: StoredBlock) -> Bool {
        guard block.counts[signal] > 0 else { return false }
        if let after, block.times.first > after.time { return false }
        guard let time = filter.time else { return true }
        return block.times.first < time.upperBound && block.times.last >= time.lowerBound
    }

    private mutating func search(_ matcher: BlockMatcher, group: Int) throws(StoreError) {
        var rows = try GroupMatcher(matcher, group: group)
        let isMatch = rows.isMatch
        let matches = isMatch.count { $0 }
        guard matches > 0 else { return }
        // Of a few the messages tell the times; those of all rows are another signal's columns, too.
        guard matches > Limits.searchedRowsReadAtOnce else {
            return try read(Set(isMatch.indices.filter { isMatch[$0] }), nil, rows.rows, matcher.block, group: group)
        }
        let times = try rows.loadTimes()
        let oldest = hits.count > limit ? hits[limit].cursor.time : 0
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
            try read(Set(chunk), times, rows.rows, matcher.block, group: group)
        }
    }

    private mutating func read(
        _ wanted: Set<Int>, _ times: [UInt64]?, _ rows: RowReader, _ block: BlockReader, group: Int
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
        let (after, signal) = (after, signal)
        try block.read(runs, ofGroup: group, signals: [signal], opened: rows) {
            (_, run, origin, message) throws(StoreError) in
            let row = firstRows[run] ?? 0
            firstRows[run] = row + 1
            guard wanted.contains(row), block.origins.indices.contains(Int(truncatingIfNeeded: origin)) else { return }
            let origin = block.origins[Int(origin)]
            let tie = message.withUnsafeBytes { StableHash.of($0, seed: origin.stableHash) }
            let time: UInt64
            if let times { time = times[row] } else { time = try RecordSearcher.time(of: message, signal) }
            if let after, (time, tie) >= (after.time, after.tie) { return }
            let cursor = SearchCursor(time: time, tie: tie)
            found.append(Hit(cursor: cursor, origin: origin, message: message))
        }
        take(found)
    }

    private static func time(of message: [UInt8], _ signal: Signal) throws(StoreError) -> UInt64 {
        do throws(WireError) {
            return switch signal {
            case .logs: try time(of: message, LogRecordHeadReader())
            case .traces, .metrics: try time(of: message, SpanHeadReader())
            }
        } catch {
            throw StoreError(.corrupt, "cannot read a block: a record is damaged (\(error.code.rawValue))")
        }
    }

    private static func time(of message: [UInt8], _ reader: some LocatedReader) throws(WireError) -> UInt64 {
        var reader = reader
        _ = try reader.read(WireRange(start: 0, count: UInt32(message.count)), in: message.span)
        return reader.orderTimeUnixNano
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

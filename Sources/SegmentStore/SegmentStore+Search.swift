import Dispatch
public import OTLP
import Synchronization
public import TelemetryStore

extension SegmentStore {
    public func spans(_ search: SpanSearch) async throws(StoreError) -> SearchPage<Span> {
        try await page(.traces, search.filter, limit: search.limit, after: search.after) { hit throws(WireError) in
            var reader = SpanReader()
            _ = try reader.read(WireRange(start: 0, count: UInt32(hit.message.count)), in: hit.message.span)
            return try Span(reader, in: hit.message.span)
        }
    }

    public func logs(_ search: LogSearch) async throws(StoreError) -> SearchPage<LogRecord> {
        try await page(.logs, search.filter, limit: search.limit, after: search.after) { hit throws(WireError) in
            var reader = LogRecordReader()
            _ = try reader.read(WireRange(start: 0, count: UInt32(hit.message.count)), in: hit.message.span)
            return try LogRecord(reader, in: hit.message.span)
        }
    }

    private func page<Record: Hashable & Sendable>(
        _ signal: Signal, _ filter: RecordFilter, limit: Int, after: SearchCursor?,
        _ record: @escaping @Sendable (RecordSearcher.Hit) throws(WireError) -> Record
    ) async throws(StoreError) -> SearchPage<Record> {
        let observe = observe
        return try await query { blocks throws(StoreError) in
            var searcher = RecordSearcher(signal, filter, limit: limit, after: after)
            let (hits, hasMore) = try searcher.search(blocks) { observe(.damaged($0)) }
            var page = SearchPage<Record>()
            for hit in hits {
                do throws(WireError) {
                    page.records.append(
                        Found(
                            try record(hit), resource: hit.origin.resource, scope: hit.origin.instrumentationScope))
                } catch {
                    observe(.damaged(StoreError(.corrupt, "cannot read a record: \(error)")))
                }
            }
            if hasMore { page.next = hits.last?.cursor }
            return page
        }
    }

    public func aggregate(_ aggregation: Aggregation) async throws(StoreError) -> [AggregateRow] {
        let observe = observe
        return try await query { blocks throws(StoreError) in
            // Each block is counted by itself, as many at once as there are processors.
            let total = Mutex((sum: Aggregator(aggregation), failure: StoreError?.none))
            DispatchQueue.concurrentPerform(iterations: blocks.count) { index in
                var part = Aggregator(aggregation)
                do throws(StoreError) {
                    try part.add(blocks[index]) { observe(.damaged($0)) }
                    let counted = part
                    total.withLock { $0.sum.merge(counted) }
                } catch {
                    total.withLock { $0.failure = error }
                }
            }
            if let failure = total.withLock({ $0.failure }) { throw failure }
            return total.withLock { $0.sum.result }
        }
    }

    public func tail(_ signals: Set<Signal>) -> AsyncStream<TailEvent> {
        tails.subscribe(signals)
    }
}

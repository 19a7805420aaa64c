import GRDB
import OTLP
import TelemetryStore

/// The segment that this process writes: an inbox that takes bodies, and what turns them into blocks.
final class ActiveSegment: Sendable {
    let name: SegmentName
    let segment: Segment
    let inbox: InboxWriter
    private let pool: DatabasePool
    private let flusher: Flusher
    private let created: ContinuousClock.Instant

    init(
        _ name: SegmentName, in folder: StoreFolder, options: SegmentStore.Options,
        onBacklog: @escaping @Sendable () -> Void
    ) throws(StoreError) {
        self.name = name
        (segment, pool) = try Segment.open(writing: folder.path(name), name: name, keys: options.keys)
        inbox = try InboxWriter(pool, path: segment.path, observe: options.observe, onBacklog: onBacklog)
        flusher = Flusher(pool: pool, path: segment.path, keys: options.keys, observe: options.observe)
        created = .now
    }

    /// Whether it is time for the next one.
    func isDue(_ options: SegmentStore.Options) -> Bool {
        StoreFolder.byteCount(of: segment.path) >= options.segmentBytesMax
            || ContinuousClock.now - created >= options.segmentAge
    }

    /// Turns what the inbox holds now into blocks. What comes meanwhile waits for the next time, so that blocks are not small.
    func flush(_ observe: (StoreEvent) -> Void) throws(StoreError) {
        let clock = ContinuousClock()
        do throws(StoreError) {
            var start = clock.now
            let last = inbox.lastID
            while let outcome = try flusher.flush(inbox, through: last) {
                observe(.flushed(records: outcome.records, bytes: outcome.blockBytes, duration: clock.now - start))
                start = clock.now
            }
        } catch {
            observe(.flushFailed(error))
            throw error
        }
    }

    /// Empties SQLite's log into the file. A reader at work may hold that back.
    func checkpoint() {
        _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    }

    /// Closes the file, with nothing left that a reader would have to recover.
    func close() throws(StoreError) {
        checkpoint()
        try storeErrors(at: segment.path) { try pool.close() }
    }
}

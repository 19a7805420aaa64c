import Dispatch
import GRDB
import OTLP
import TelemetryStore

/// The one writer of the active segment: an inbox that takes bodies, and a loop that flushes it in time.
final class SegmentWriter: Sendable {
    let segment: Segment
    private let pool: DatabasePool
    private let lock: WriterLock
    private let inbox: InboxWriter
    private let flusher: Flusher
    private let observe: @Sendable (StoreEvent) -> Void
    /// Flushes run here, one after another.
    private let queue = DispatchQueue(label: "segment-store.flush")
    private let flushRequests: AsyncStream<Void>.Continuation
    private let tasks: [Task<Void, Never>]

    init(path: String, lock: WriterLock, options: SegmentStore.Options) throws(StoreError) {
        (segment, pool) = try Segment.open(writing: path)
        self.lock = lock
        observe = options.observe
        let flusher = Flusher(pool: pool, path: path, keys: options.keys)
        self.flusher = flusher
        // A request that finds one waiting is the same request.
        let (requests, flushRequests) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.flushRequests = flushRequests
        let inbox = try InboxWriter(pool, path: path, observe: options.observe) { flushRequests.yield() }
        self.inbox = inbox
        let interval = options.flushInterval
        let observe = options.observe
        let queue = queue
        tasks = [
            Task {
                while (try? await Task.sleep(for: interval)) != nil { flushRequests.yield() }
            },
            Task {
                for await _ in requests {
                    // What fails is tried again at the next request; the bodies stay in the inbox.
                    _ = await run(on: queue) { try? SegmentWriter.flush(flusher, inbox, observe) }
                }
            },
        ]
    }

    var inboxBytes: Int { inbox.inboxBytes }

    func append(_ body: [UInt8], of signal: Signal) async throws(StoreError) {
        try await inbox.append(body, of: signal)
    }

    func flush() async throws(StoreError) {
        let (flusher, inbox, observe) = (flusher, inbox, observe)
        let result = await run(on: queue) { () -> Result<Void, StoreError> in
            do throws(StoreError) {
                return .success(try SegmentWriter.flush(flusher, inbox, observe))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Takes no more bodies, flushes what there is, and closes the file.
    func close() async throws(StoreError) {
        inbox.close()
        flushRequests.finish()
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
        try await flush()
        try storeErrors(at: segment.path) {
            // What the next reader finds is one file, with nothing left to recover. A reader at work may hold it back.
            _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            try pool.close()
        }
    }

    /// Flushes until the inbox was seen empty.
    private static func flush(
        _ flusher: Flusher, _ inbox: InboxWriter, _ observe: (StoreEvent) -> Void
    ) throws(StoreError) {
        let clock = ContinuousClock()
        do throws(StoreError) {
            var start = clock.now
            while let outcome = try flusher.flush() {
                inbox.flushed(bytes: outcome.inboxBytes)
                observe(.flushed(records: outcome.records, bytes: outcome.blockBytes, duration: clock.now - start))
                start = clock.now
            }
        } catch {
            observe(.flushFailed(error))
            throw error
        }
    }
}

/// Runs blocking work on a queue of its own, so that no thread of the concurrency runtime waits for the disk.
func run<Result: Sendable>(
    on queue: DispatchQueue, _ work: @escaping @Sendable () -> Result
) async -> Result {
    await withCheckedContinuation { continuation in
        queue.async { continuation.resume(returning: work()) }
    }
}

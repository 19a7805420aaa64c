import Dispatch
import OTLP
import Synchronization
import TelemetryStore

/// The one writer of a folder: takes bodies, flushes in time, and keeps the house.
///
/// The life of a segment:
/// 1. *Active*: bodies go to its inbox, flushes make blocks of them.
/// 2. When it is large or old enough, the next one becomes active; what still comes for the old one has come before that.
/// 3. *Sealed*: its blocks go to one file that never changes, small ones as one.
/// 4. *Compacted*: neighbours become one, with their rows anew in the order of traces.
/// 5. *Retired*: when retention keeps nothing of it, or needs its bytes.
final class StoreWriter: Sendable {
    let folder: StoreFolder
    private let lock: WriterLock
    let options: SegmentStore.Options
    let segments: SegmentList
    let active: Mutex<ActiveSegment>
    let budget: DiskBudget
    private let isResting = Atomic(true)
    let isClosing = Atomic(false)
    /// What the catalog was written of last.
    let catalogued: Mutex<Set<SegmentName>> = Mutex([])
    /// Segments that the disk did not give when they were opened. They are tried again.
    private let unopened: Mutex<Set<SegmentName>>
    /// Flushes and changes of the active segment run here, one after another; compaction, which takes long, beside them.
    let flushQueue = DispatchQueue(label: "segment-store.flush")
    let compactionQueue = DispatchQueue(label: "segment-store.compaction", qos: .utility)
    let flushRequests: AsyncStream<Void>.Continuation
    private let tasks: Mutex<[Task<Void, Never>]> = Mutex([])

    init(
        _ folder: StoreFolder, lock: WriterLock, segments: SegmentList, options: SegmentStore.Options
    ) throws(StoreError) {
        self.folder = folder
        self.lock = lock
        self.segments = segments
        var options = options
        if let bytesMax = options.retention.bytesMax {
            // Of a small folder a segment must be a small part: it goes as a whole.
            options.segmentBytesMax = min(options.segmentBytesMax, bytesMax / 8)
            options.compactedBytesMax = min(options.compactedBytesMax, bytesMax / 8)
        }
        self.options = options
        // A request that finds one waiting is the same request.
        let (requests, flushRequests) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.flushRequests = flushRequests
        try folder.removeLeftovers()
        let names = try folder.segments()
        let newest = names.last { !$0.isSealed }
        let first = try StoreWriter.openActive(newest, behind: names, in: folder, options) { flushRequests.yield() }
        let missing = StoreWriter.open(names.filter { $0 != newest }, in: folder, segments, options)
        for error in missing.values { options.observe(.damaged(error)) }
        unopened = Mutex(Set(missing.keys))
        budget = DiskBudget(folder, bytesMax: options.retention.bytesMax)
        active = Mutex(first)
        segments.insert(first.segment)
        try retire()
        let interval = options.flushInterval
        let ticks = Task {
            while (try? await Task.sleep(for: interval)) != nil { flushRequests.yield() }
        }
        let flushes = Task { [weak self] in
            for await _ in requests {
                // What fails is tried again at the next request; the bodies stay in the inbox.
                guard let self else { return }
                try? await self.flush()
                await self.maintain()
            }
        }
        tasks.withLock { $0 = [ticks, flushes] }
    }

    /// Goes on with the segment that was written last, or begins one behind all others. A file that SQLite cannot open is set
    /// aside.
    private static func openActive(
        _ newest: SegmentName?, behind names: [SegmentName], in folder: StoreFolder, _ options: SegmentStore.Options,
        onBacklog: @escaping @Sendable () -> Void
    ) throws(StoreError) -> ActiveSegment {
        if let newest {
            // A disk that fails once looks like damage, too: only what makes no sense twice is.
            for isLast in [false, true] {
                do throws(StoreError) {
                    return try ActiveSegment(newest, in: folder, options: options, onBacklog: onBacklog)
                } catch {
                    guard error.code == .corrupt, folder.isReadable(newest) else { throw error }
                    guard isLast else { continue }
                    try folder.setAside(newest)
                    options.observe(.damaged(error))
                }
            }
        }
        let number = (names.map(\.numbers.upperBound).max() ?? 0) + 1
        let name = SegmentName(number...number, generation: 0)
        return try ActiveSegment(name, in: folder, options: options, onBacklog: onBacklog)
    }

    var inboxBytes: Int { active.withLock { $0 }.inbox.inboxBytes }

    func append(_ body: LocatedBody) async throws(StoreError) {
        var current = active.withLock { $0 }
        let cost: Int
        do throws(StoreError) {
            cost = try budget.begin(body.bytes.count, inboxBytes: current.inbox.inboxBytes)
        } catch {
            flushRequests.yield()
            throw error
        }
        defer { budget.end(cost) }
        while true {
            do throws(StoreError) {
                return try await current.inbox.append(body)
            } catch {
                // The segment may have stopped being the active one in between.
                let next = active.withLock { $0 }
                guard next !== current else { throw error }
                current = next
            }
        }
    }

    /// Turns all of the inbox into blocks.
    func flush() async throws(StoreError) {
        try await perform(on: flushQueue) { writer throws(StoreError) in
            let current = writer.active.withLock { $0 }
            let isResting = current.inbox.inboxBytes <= Limits.restingBytesMax
            try current.flush(writer.options.observe)
            if isResting != writer.isResting.exchange(isResting, ordering: .relaxed), isResting {
                writer.options.observe(.rested)
            }
            writer.budget.measure(inboxBytes: current.inbox.inboxBytes)
            writer.openUnopened()
        }
    }

    /// Ends the active segment, seals it, merges small neighbours, and removes what retention does not keep.
    func seal() async throws(StoreError) {
        try await perform(on: flushQueue) { writer throws(StoreError) in try writer.startNextSegment() }
        try await perform(on: compactionQueue) { writer throws(StoreError) in
            try writer.sealFinished()
            try writer.compact()
            try writer.retire()
            writer.catalogue()
        }
    }

    func giveUpCompaction() { isClosing.store(true, ordering: .relaxed) }

    /// Takes no more bodies, flushes what there is, and closes the file. A compaction that is under way is given up.
    ///
    /// Errors: those of the last flush. What it could not take stays in the inbox, which is durable; the folder is given back.
    func close() async throws(StoreError) {
        giveUpCompaction()
        flushRequests.finish()
        let tasks = tasks.withLock { $0 }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
        // Only now: what was under way may have made another segment the active one.
        let last = active.withLock { $0 }
        last.inbox.close()
        defer { lock.release() }
        do throws(StoreError) {
            try await flush()
        } catch {
            try last.close()
            throw error
        }
        try last.close()
    }

    // MARK: Segments of earlier processes

    /// Opens finished segments for queries, and returns those that could not be, with the reason.
    ///
    /// One damaged file must not keep the rest from being served: it is set aside.
    private static func open(
        _ names: some Sequence<SegmentName>, in folder: StoreFolder, _ segments: SegmentList,
        _ options: SegmentStore.Options
    ) -> [SegmentName: StoreError] {
        var missing: [SegmentName: StoreError] = [:]
        let catalog = SegmentCatalog(of: folder)
        for name in names {
            if let segment = Segment(name, in: folder, knownTo: catalog, keys: options.keys) {
                segments.insert(segment)
                continue
            }
            do throws(StoreError) {
                segments.insert(try openTwice(name, in: folder, options))
            } catch {
                if error.code == .corrupt, (try? folder.setAside(name)) != nil {
                    options.observe(.damaged(error))
                } else {
                    missing[name] = error
                }
            }
        }
        return missing
    }

    /// SQLite says `.corrupt` of a read that fails, too, which the next one may not. A file is damaged when it can be read to
    /// its end and then still makes no sense.
    private static func openTwice(
        _ name: SegmentName, in folder: StoreFolder, _ options: SegmentStore.Options
    ) throws(StoreError) -> Segment {
        do throws(StoreError) {
            return try Segment.open(readOnly: folder.path(name), name: name, keys: options.keys)
        } catch {
            guard error.code == .corrupt else { throw error }
            guard folder.isReadable(name) else {
                throw StoreError(.unavailable, "cannot read the segment: the disk fails", place: folder.path(name))
            }
        }
        return try Segment.open(readOnly: folder.path(name), name: name, keys: options.keys)
    }

    private func openUnopened() {
        let names = unopened.withLock { $0 }
        guard !names.isEmpty else { return }
        // Those that were compacted or retired in between are gone, or known by another name.
        let wanted = Set((try? folder.segments()) ?? []).intersection(names).filter { segments.segment($0) == nil }
        let missing = StoreWriter.open(wanted, in: folder, segments, options)
        unopened.withLock { $0 = Set(missing.keys) }
    }

    func perform(
        on queue: DispatchQueue, _ work: @escaping @Sendable (StoreWriter) throws(StoreError) -> Void
    ) async throws(StoreError) {
        let result = await run(on: queue) { () -> Result<Void, StoreError> in
            do throws(StoreError) {
                return .success(try work(self))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
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

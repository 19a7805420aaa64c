import Dispatch
import OTLP
import Synchronization
import TelemetryStore

/// The one writer of a folder: takes bodies, flushes in time, and keeps the house.
///
/// The life of a segment:
/// 1. *Active*: bodies go to its inbox, flushes make blocks of them.
/// 2. When it is large or old enough, the next one becomes active; what still comes for the old one has come before that.
/// 3. *Sealed*: compaction writes its rows anew, in the order of traces, to one file that never changes.
/// 4. *Compacted*: neighbours that are small become one.
/// 5. *Retired*: when retention keeps nothing of it, or needs its bytes.
final class StoreWriter: Sendable {
    private let folder: StoreFolder
    private let lock: WriterLock
    private let options: SegmentStore.Options
    private let segments: SegmentList
    private let active: Mutex<ActiveSegment>
    private let budget: DiskBudget
    /// Segments that the disk did not give when they were opened. They are tried again.
    private let unopened: Mutex<Set<SegmentName>>
    /// Flushes and changes of the active segment run here, one after another; compaction, which takes long, beside them.
    private let flushQueue = DispatchQueue(label: "segment-store.flush")
    private let compactionQueue = DispatchQueue(label: "segment-store.compaction", qos: .utility)
    private let flushRequests: AsyncStream<Void>.Continuation
    private let tasks: Mutex<[Task<Void, Never>]> = Mutex([])

    init(
        _ folder: StoreFolder, lock: WriterLock, segments: SegmentList, options: SegmentStore.Options
    ) throws(StoreError) {
        self.folder = folder
        self.lock = lock
        self.segments = segments
        self.options = options
        budget = DiskBudget(folder, bytesMax: options.retention.bytesMax)
        // A request that finds one waiting is the same request.
        let (requests, flushRequests) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.flushRequests = flushRequests
        try folder.removeLeftovers()
        let names = try folder.segments()
        let newest = names.last { !$0.isSealed }
        let number = newest?.numbers.upperBound ?? (names.map(\.numbers.upperBound).max() ?? 0) + 1
        let name = newest ?? SegmentName(number...number, generation: 0)
        let missing = StoreWriter.open(names.filter { $0 != name }, in: folder, segments, options)
        for error in missing.values { options.observe(.damaged(error)) }
        unopened = Mutex(Set(missing.keys))
        let first = try ActiveSegment(name, in: folder, options: options) { flushRequests.yield() }
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

    var inboxBytes: Int { active.withLock { $0 }.inbox.inboxBytes }

    func append(_ body: [UInt8], of signal: Signal) async throws(StoreError) {
        try budget.check(adding: body.count)
        var current = active.withLock { $0 }
        while true {
            do throws(StoreError) {
                return try await current.inbox.append(body, of: signal)
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
            try writer.active.withLock { $0 }.flush(writer.options.observe)
            writer.budget.measure()
            writer.openUnopened()
        }
    }

    /// Ends the active segment, seals it, and merges small neighbours.
    func seal() async throws(StoreError) {
        try await perform(on: flushQueue) { writer throws(StoreError) in try writer.startNextSegment() }
        try await perform(on: compactionQueue) { writer throws(StoreError) in
            try writer.sealFinished()
            try writer.compact()
        }
    }

    /// Takes no more bodies, flushes what there is, and closes the file.
    ///
    /// Errors: those of the last flush. What it could not take stays in the inbox, which is durable; the folder is given back.
    func close() async throws(StoreError) {
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
        for name in names {
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

    // MARK: Keeping the house

    /// What is due: the next segment, sealing, compaction, retention. What fails is tried again at the next time.
    private func maintain() async {
        do throws(StoreError) {
            let isDue = active.withLock { $0 }.isDue(options)
            if isDue {
                try await perform(on: flushQueue) { writer throws(StoreError) in try writer.startNextSegment() }
            }
            try await perform(on: compactionQueue) { writer throws(StoreError) in
                try writer.sealFinished()
                if isDue { try writer.compact() }
                try writer.retire()
            }
        } catch {
            options.observe(.maintenanceFailed(error))
        }
    }

    private func startNextSegment() throws(StoreError) {
        let old = active.withLock { $0 }
        let number = old.name.numbers.upperBound + 1
        let requests = flushRequests
        let next = try ActiveSegment(
            SegmentName(number...number, generation: 0), in: folder, options: options
        ) { requests.yield() }
        segments.insert(next.segment)
        active.withLock { $0 = next }
        old.inbox.close()
        try old.flush(options.observe)
        old.checkpoint()
    }

    /// Seals the segments that are written no more: the last active one, and those whose writer died before it could.
    private func sealFinished() throws(StoreError) {
        let current = active.withLock { $0 }.name
        for name in try folder.segments() where !name.isSealed && name != current {
            try rewrite([name], as: SegmentName(name.numbers, generation: 1))
        }
    }

    /// Makes one of neighbours that together are not too large. Sizes differ by a factor at least, so that a record is
    /// rewritten a few times in its life.
    private func compact() throws(StoreError) {
        let sealed = try folder.segments().filter(\.isSealed)
        var start = 0
        while start < sealed.count {
            var bytes = StoreFolder.byteCount(of: folder.path(sealed[start]))
            var end = start + 1
            while end < sealed.count {
                let next = StoreFolder.byteCount(of: folder.path(sealed[end]))
                guard bytes + next <= options.compactedBytesMax else { break }
                bytes += next
                end += 1
            }
            if end - start >= Limits.compactedSegmentsMin {
                let names = Array(sealed[start..<end])
                let numbers = names[0].numbers.lowerBound...names[names.count - 1].numbers.upperBound
                let generation = (names.map(\.generation).max() ?? 0) + 1
                try rewrite(names, as: SegmentName(numbers, generation: generation))
            }
            start = end
        }
    }

    private func rewrite(_ names: [SegmentName], as name: SegmentName) throws(StoreError) {
        let unfinished = folder.path(name) + FileNames.unfinishedSuffix
        let sources = try names.map { source throws(StoreError) in
            if let known = segments.segment(source) { return known }
            return try Segment.open(readOnly: folder.path(source), name: source, keys: options.keys)
        }
        let clock = ContinuousClock()
        let start = clock.now
        let compaction = Compaction(
            keys: options.keys, retention: Retention.Judge(retention: options.retention, now: options.now()),
            level: Limits.sealCompressionLevel)
        let written = try compaction.write(sources, to: unfinished)
        try folder.publish(unfinished, as: name)
        let sealed = try Segment.open(readOnly: folder.path(name), name: name, keys: options.keys)
        segments.replace(names, with: sealed)
        for source in names { try folder.remove(source) }
        budget.measure()
        options.observe(.compacted(segments: names.count, records: written.total, duration: clock.now - start))
    }

    /// Removes sealed segments of which nothing is to be kept, and the oldest until all fit into the bytes that are allowed.
    private func retire() throws(StoreError) {
        let judge = Retention.Judge(retention: options.retention, now: options.now())
        var sealed = try folder.segments().filter(\.isSealed)
        for name in sealed {
            guard let segment = segments.segment(name), let last = try? segment.lastTime() else { continue }
            guard judge.keepsNothing(until: last) else { continue }
            try retire(name)
            sealed.removeAll { $0 == name }
        }
        while budget.isTight, let oldest = sealed.first {
            try retire(oldest)
            sealed.removeFirst()
            budget.measure()
        }
    }

    private func retire(_ name: SegmentName) throws(StoreError) {
        segments.remove(name)
        try folder.remove(name)
        options.observe(.retired)
    }

    private func perform(
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

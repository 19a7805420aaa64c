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
    private let folder: StoreFolder
    private let lock: WriterLock
    private let options: SegmentStore.Options
    private let segments: SegmentList
    private let active: Mutex<ActiveSegment>
    private let budget: DiskBudget
    private let isResting = Atomic(true)
    /// What the catalog was written of last.
    private let catalogued: Mutex<Set<SegmentName>> = Mutex([])
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

    func append(_ body: [UInt8], of signal: Signal) async throws(StoreError) {
        var current = active.withLock { $0 }
        let cost: Int
        do throws(StoreError) {
            cost = try budget.begin(body.count, inboxBytes: current.inbox.inboxBytes)
        } catch {
            flushRequests.yield()
            throw error
        }
        defer { budget.end(cost) }
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

    // MARK: Keeping the house

    /// What is due: the next segment, sealing, compaction, retention. What fails is tried again at the next time.
    private func maintain() async {
        do throws(StoreError) {
            let isDue = active.withLock { $0 }.isDue(options)
            if isDue {
                try await perform(on: flushQueue) { writer throws(StoreError) in try writer.startNextSegment() }
            }
            if budget.isTight {
                try await perform(on: flushQueue) { writer throws(StoreError) in writer.shrink() }
            }
            try await perform(on: compactionQueue) { writer throws(StoreError) in
                try writer.retire()
                try writer.sealFinished()
                if isDue { try writer.compact() }
                try writer.retire()
                writer.catalogue()
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

    /// SQLite's log goes down to nothing.
    private func shrink() {
        let current = active.withLock { $0 }
        current.checkpoint()
        budget.measure(inboxBytes: current.inbox.inboxBytes)
    }

    /// Seals the segments that are written no more: the last active one, and those whose writer died before it could.
    private func sealFinished() throws(StoreError) {
        for name in try finished() where !name.isSealed && segments.segment(name) != nil {
            try rewrite([name], as: SegmentName(name.numbers, generation: 1))
        }
    }

    /// All segments but the active one, oldest first.
    private func finished() throws(StoreError) -> [SegmentName] {
        let current = active.withLock { $0 }.name
        return try folder.segments().filter { $0 != current }
    }

    /// Makes one of neighbours that together are not too large. Sizes differ by a factor at least, so that a record is
    /// rewritten a few times in its life.
    private func compact() throws(StoreError) {
        for names in try neighbours(bytesMax: options.compactedBytesMax)
        where names.count >= Limits.compactedSegmentsMin {
            try merge(names)
        }
    }

    /// Makes as few segments as the bytes of one allow, of all that are written no more.
    func compactAll() async throws(StoreError) {
        try await perform(on: flushQueue) { writer throws(StoreError) in try writer.startNextSegment() }
        try await perform(on: compactionQueue) { writer throws(StoreError) in
            try writer.sealFinished()
            // One that was sealed and never merged can be denser, too.
            for names in try writer.neighbours(bytesMax: writer.options.compactedBytesMax)
            where names.count > 1 || names.first?.generation == 1 {
                try writer.merge(names)
            }
            try writer.retire()
            writer.catalogue()
        }
    }

    /// Sealed segments that follow each other and together have at most so many bytes. What stands between them and is not
    /// sealed, or cannot be opened, ends a row of them: one name must not stand for what is not in its file.
    private func neighbours(bytesMax: Int) throws(StoreError) -> [[SegmentName]] {
        var rows: [[SegmentName]] = [[]]
        var bytes = 0
        for name in try finished() {
            let size = StoreFolder.byteCount(of: folder.path(name))
            if !name.isSealed || segments.segment(name) == nil {
                rows.append([])
            } else if rows[rows.count - 1].isEmpty || bytes + size > bytesMax {
                rows.append([name])
                bytes = size
            } else {
                rows[rows.count - 1].append(name)
                bytes += size
            }
        }
        return rows
    }

    private func merge(_ names: [SegmentName]) throws(StoreError) {
        let numbers = names[0].numbers.lowerBound...names[names.count - 1].numbers.upperBound
        try rewrite(names, as: SegmentName(numbers, generation: (names.map(\.generation).max() ?? 0) + 1))
    }

    /// Writes segments anew, as one. Of one that is damaged all that can be read is written, and the file is set aside.
    ///
    /// Without the bytes for the new file beside the old ones nothing is done; there are more once something is retired.
    private func rewrite(_ names: [SegmentName], as name: SegmentName) throws(StoreError) {
        let bytes = names.reduce(0) { $0 + StoreFolder.byteCount(of: folder.path($1)) }
        guard budget.reserve(bytes) else { return }
        defer { budget.release(bytes) }
        let sources = names.compactMap(segments.segment)
        guard sources.count == names.count else { return }
        let clock = ContinuousClock()
        let start = clock.now
        var arrival: UInt64 = 0
        for source in sources { arrival = max(arrival, (try? source.life().arrived) ?? 0) }
        let unfinished = folder.path(name) + FileNames.unfinishedSuffix
        StoreFolder.removeFile(unfinished)
        var damagedPlaces: Set<String> = []
        let observe = options.observe
        let compaction = Compaction(
            keys: options.keys,
            retention: Retention.Judge(retention: options.retention, now: options.now(), arrival: arrival),
            level: name.generation > 1 ? Limits.mergeCompressionLevel : Limits.sealCompressionLevel,
            copiedRowsMin: name.generation > 1 ? nil : Limits.copiedBlockRowsMin
        ) { error in
            if damagedPlaces.insert(error.place ?? "").inserted { observe(.damaged(error)) }
        }
        var written = try compaction.write(sources, to: unfinished)
        if !damagedPlaces.isEmpty {
            // A disk that fails now and then looks like damage: only what makes no sense twice is.
            guard names.allSatisfy(folder.isReadable) else {
                throw StoreError(.unavailable, "cannot write segments anew: the disk fails", place: folder.path)
            }
            damagedPlaces = []
            StoreFolder.removeFile(unfinished)
            written = try compaction.write(sources, to: unfinished)
        }
        for source in sources where damagedPlaces.contains(where: { $0.hasPrefix(source.path) }) {
            try folder.keepDamaged(source.name)
        }
        if written.total == 0, damagedPlaces.isEmpty, compaction.retention.keepsEverything {
            // Nothing may go that could not be read: of a segment that has records, some must have been written.
            for source in sources where try source.blocks({ _ in }).contains(where: { $0.counts.total > 0 }) {
                throw StoreError(
                    .unavailable, "cannot write a segment anew: its records were not read", place: source.path)
            }
        }
        if written.total > 0 {
            try folder.publish(unfinished, as: name)
            segments.replace(names, with: try Segment.open(readOnly: folder.path(name), name: name, keys: options.keys))
        } else {
            StoreFolder.removeFile(unfinished)
            for name in names { segments.remove(name) }
        }
        for source in names { try folder.remove(source) }
        measure()
        observe(.compacted(segments: names.count, records: written.total, duration: clock.now - start))
    }

    private func measure() { budget.measure(inboxBytes: active.withLock { $0 }.inbox.inboxBytes) }

    /// Removes segments of which nothing is to be kept, writes those anew of which less is to be kept than before, and removes
    /// the oldest until all fit into the bytes that are allowed.
    private func retire() throws(StoreError) {
        measure()
        for name in try finished() where budget.isTight {
            try retire(name)
            measure()
        }
        guard options.retention.age != nil || !options.retention.rules.isEmpty else { return }
        for name in try finished() {
            guard let segment = segments.segment(name), let life = try? segment.life() else { continue }
            let judge = Retention.Judge(
                retention: options.retention, now: options.now(), arrival: life.arrived)
            let last = try segment.blocks { _ in }.map { judge.believable($0.times.last) }.max() ?? life.arrived
            if judge.keepsNothing(until: last) {
                try retire(name)
            } else if name.isSealed, judge.isDue(until: last, judged: life.judged) {
                try rewrite([name], as: SegmentName(name.numbers, generation: name.generation + 1))
            }
        }
    }

    /// Brings the catalog up to date. It is only a copy: without it the folder opens more slowly.
    private func catalogue() {
        let sealed = segments.all.filter(\.name.isSealed)
        let names = Set(sealed.map(\.name))
        guard names != catalogued.withLock({ $0 }) else { return }
        if (try? SegmentCatalog.write(sealed, to: folder)) != nil { catalogued.withLock { $0 = names } }
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

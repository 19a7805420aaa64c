import OTLP
import Synchronization
import TelemetryStore

/// What is done to segments once they are written: sealing, compaction, retention.
extension StoreWriter {
    /// What is due: the next segment, sealing, compaction, retention. What fails is tried again at the next time.
    func maintain() async {
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
            // What was given up for the stop is begun anew by the next process.
            if !isClosing.load(ordering: .relaxed) { options.observe(.maintenanceFailed(error)) }
        }
    }

    func startNextSegment() throws(StoreError) {
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
    func shrink() {
        let current = active.withLock { $0 }
        current.checkpoint()
        budget.measure(inboxBytes: current.inbox.inboxBytes)
    }

    /// Seals the segments that are written no more: the last active one, and those whose writer died before it could.
    func sealFinished() throws(StoreError) {
        for name in try finished() where !name.isSealed && segments.segment(name) != nil {
            try rewrite([name], as: SegmentName(name.numbers, generation: 1))
        }
    }

    /// All segments but the active one, oldest first.
    func finished() throws(StoreError) -> [SegmentName] {
        let current = active.withLock { $0 }.name
        return try folder.segments().filter { $0 != current }
    }

    /// Makes one of neighbours that together are not too large. Sizes differ by a factor at least, so that a record is
    /// rewritten a few times in its life.
    func compact() throws(StoreError) {
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
    func neighbours(bytesMax: Int) throws(StoreError) -> [[SegmentName]] {
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

    func merge(_ names: [SegmentName]) throws(StoreError) {
        let numbers = names[0].numbers.lowerBound...names[names.count - 1].numbers.upperBound
        try rewrite(names, as: SegmentName(numbers, generation: (names.map(\.generation).max() ?? 0) + 1))
    }

    /// Writes segments anew, as one. Of one that is damaged all that can be read is written, and the file is set aside.
    ///
    /// Without the bytes for the new file beside the old ones nothing is done; there are more once something is retired.
    func rewrite(_ names: [SegmentName], as name: SegmentName) throws(StoreError) {
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
            copiedRowsMin: name.generation > 1 ? nil : Limits.copiedBlockRowsMin,
            isCancelled: { [self] in isClosing.load(ordering: .relaxed) }
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

    func measure() { budget.measure(inboxBytes: active.withLock { $0 }.inbox.inboxBytes) }

    /// Removes segments of which nothing is to be kept, writes those anew of which less is to be kept than before, and removes
    /// the oldest until all fit into the bytes that are allowed.
    func retire() throws(StoreError) {
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
    func catalogue() {
        let sealed = segments.all.filter(\.name.isSealed)
        let names = Set(sealed.map(\.name))
        guard names != catalogued.withLock({ $0 }) else { return }
        if (try? SegmentCatalog.write(sealed, to: folder)) != nil { catalogued.withLock { $0 = names } }
    }

    func retire(_ name: SegmentName) throws(StoreError) {
        segments.remove(name)
        try folder.remove(name)
        options.observe(.retired)
    }
}

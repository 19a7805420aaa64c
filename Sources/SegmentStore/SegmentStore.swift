import Dispatch
public import OTLP
import Synchronization
public import TelemetryStore

/// The embedded store: compressed columns in SQLite files, in one folder.
///
/// One process writes a folder; any number read it, also while it is written.
public final class SegmentStore: TelemetryStore {
    let folder: StoreFolder
    let keys: [CorrelationKey]
    let segments: SegmentList
    let writer: StoreWriter?
    /// Lists the folder again when files came or went; a writer knows of them without.
    private let follower: FolderFollower?
    let tails = TailSubscriptions()
    let observe: @Sendable (StoreEvent) -> Void
    /// Queries run here, so that their reading holds up nobody.
    private let queue = DispatchQueue(label: "segment-store.query", attributes: .concurrent)

    private init(
        _ folder: StoreFolder, keys: [CorrelationKey], segments: SegmentList, writer: StoreWriter?,
        follower: FolderFollower?, observe: @escaping @Sendable (StoreEvent) -> Void
    ) {
        self.folder = folder
        self.keys = keys
        self.segments = segments
        self.writer = writer
        self.follower = follower
        self.observe = observe
    }

    // MARK: Opening

    /// Opens a folder for reading, whether or not another process writes it; or one segment file, alone.
    ///
    /// Errors: `.unreadable` when there is no such folder, or no segment in it.
    public static func open(
        reading path: String, keys: [CorrelationKey] = CorrelationKey.indexedAttributes,
        observe: @escaping @Sendable (StoreEvent) -> Void = { _ in }
    ) throws(StoreError) -> SegmentStore {
        if StoreFolder.isFile(path) {
            let segment = try Segment.open(readOnly: path, name: SegmentName(0...0, generation: 1), keys: keys)
            return SegmentStore(
                StoreFolder(path: path), keys: keys, segments: SegmentList([segment]), writer: nil, follower: nil,
                observe: observe)
        }
        let folder = StoreFolder(path: path)
        let keys = folder.correlationKeys(besides: keys)
        let segments = SegmentList()
        let follower = FolderFollower(folder, keys: keys, segments: segments, observe: observe)
        try follower.follow()
        guard !segments.all.isEmpty else {
            throw StoreError(
                .unreadable, "cannot read the data folder: it holds no segments; is it the collector's --data-dir?",
                place: path)
        }
        return SegmentStore(
            folder, keys: keys, segments: segments, writer: nil, follower: follower, observe: observe)
    }

    /// Opens a folder for writing and reading; creates it when it is missing.
    ///
    /// Errors: `.unavailable` when another process writes it.
    public static func open(
        writing path: String, options: Options = Options()
    ) throws(StoreError) -> SegmentStore {
        let folder = StoreFolder(path: path)
        try folder.create()
        let lock = try WriterLock(directory: path)
        // What earlier writers indexed is indexed on, so that a compaction does not make it unknown.
        var options = options
        options.keys = folder.correlationKeys(besides: options.keys)
        folder.leave(options.keys)
        let segments = SegmentList()
        let writer = try StoreWriter(folder, lock: lock, segments: segments, options: options)
        return SegmentStore(
            folder, keys: options.keys, segments: segments, writer: writer, follower: nil, observe: options.observe)
    }

    /// What the owner of a store may decide.
    public struct Options: Sendable {
        /// Attributes whose text values lead to their traces.
        public var keys: [CorrelationKey]
        /// How long a record may stay in the inbox; a full inbox is flushed sooner.
        public var flushInterval: Duration
        /// The bytes and the age at which a segment is sealed.
        public var segmentBytesMax: Int
        public var segmentAge: Duration
        /// The bytes that compaction makes of neighbours at most.
        public var compactedBytesMax: Int
        public var retention: Retention
        /// Told of commits, flushes, compactions and damage.
        public var observe: @Sendable (StoreEvent) -> Void
        /// The time of day in nanoseconds since the Unix epoch, for retention.
        public var now: @Sendable () -> UInt64

        public init(
            keys: [CorrelationKey] = CorrelationKey.indexedAttributes, flushInterval: Duration = .seconds(5),
            segmentBytesMax: Int = 64 << 20, segmentAge: Duration = .seconds(6 * 3_600),
            compactedBytesMax: Int = 512 << 20, retention: Retention = Retention(),
            observe: @escaping @Sendable (StoreEvent) -> Void = { _ in },
            now: @escaping @Sendable () -> UInt64 = WallClock.now
        ) {
            self.keys = keys
            self.flushInterval = flushInterval
            self.segmentBytesMax = segmentBytesMax
            self.segmentAge = segmentAge
            self.compactedBytesMax = compactedBytesMax
            self.retention = retention
            self.observe = observe
            self.now = now
        }
    }

    // MARK: Writing

    public func append(_ body: [UInt8], of signal: Signal) async throws(StoreError) -> AppendResult {
        let writer = try requireWriter()
        var (located, result) = try LocatedBody.read(body, of: signal)
        guard result.acceptedCount > 0 else { return result }
        // What goes to disk can be taken whole, so nobody has to check it again.
        if result.rejectedCount > 0 { located = try LocatedBody.withoutRejections(body, of: signal) }
        try await writer.append(located)
        tails.send(located.bytes, of: signal)
        return result
    }

    /// Turns all of the inbox into blocks.
    public func flush() async throws(StoreError) {
        try await writer?.flush()
    }

    /// Seals the active segment, compacts what is worth it, and removes what retention does not keep.
    public func seal() async throws(StoreError) {
        try await requireWriter().seal()
    }

    /// Seals the active segment and makes as few files of all as their bytes allow.
    public func compact() async throws(StoreError) {
        try await requireWriter().compactAll()
    }

    /// Ends what would keep a stop waiting: a compaction that is under way fails as `.unavailable`, and none begins.
    public func giveUpCompaction() { writer?.giveUpCompaction() }

    /// Takes no more records, flushes, and gives the folder back.
    public func close() async throws(StoreError) {
        try await writer?.close()
    }

    private func requireWriter() throws(StoreError) -> StoreWriter {
        guard let writer else {
            throw StoreError(.unreadable, "cannot write: the store was opened for reading", place: folder.path)
        }
        return writer
    }

    /// Bytes of the folder, and of the bodies that wait in the inbox.
    public func size() -> (segmentBytes: Int, inboxBytes: Int) {
        (folder.byteCount(), writer?.inboxBytes ?? 0)
    }

    // MARK: Reading

    public func records(of traces: [TraceID]) async throws(StoreError) -> TraceRecords {
        let observe = observe
        let hashes = TraceQuery(traces).hashes
        return try await query(havingAnyOf: hashes) { blocks throws(StoreError) in
            var query = TraceQuery(traces)
            for block in blocks { try query.read(block) { observe(.damaged($0)) } }
            return query.result
        }
    }

    public func correlations(_ match: CorrelationMatch, limit: Int) async throws(StoreError) -> [Correlation] {
        let query = CorrelationQuery(match: match, keys: keys, limit: limit)
        let observe = observe
        return try await self.query(havingAnyOf: query.hashes) { blocks throws(StoreError) in
            var found: Set<Correlation> = []
            for block in blocks { found.formUnion(try query.read(block) { observe(.damaged($0)) }) }
            return Array(found.sorted(by: Correlation.precedes).prefix(limit))
        }
    }

    /// Errors: `.corrupt` after all that can be read was given, when something could not.
    public func export(_ signal: Signal, _ receive: (ExportBatch) throws -> Void) async throws {
        var damages = 0
        func damaged(_ error: StoreError) {
            damages += 1
            observe(.damaged(error))
        }
        for block in try blocks(damaged) { try ExportQuery.read(signal, of: block, damaged, receive) }
        guard damages == 0 else {
            throw StoreError(
                .corrupt,
                "cannot read all \(signal.columnFamily): places damaged: \(damages); `collector segments verify` names them",
                place: folder.path)
        }
    }

    /// All blocks as of now, oldest segment first, or those to which any of some ids may lead. Each segment is of one moment;
    /// they are listed at one.
    func blocks(
        havingAnyOf hashes: [UInt64]? = nil, _ damaged: (StoreError) -> Void
    ) throws(StoreError) -> [StoredBlock] {
        try follower?.follow()
        let damages = Mutex<[StoreError]>([])
        defer { for damage in damages.withLock({ $0 }) { damaged(damage) } }
        return try segments.all.concurrentMap { segment throws(StoreError) in
            let note = { (damage: StoreError) in damages.withLock { $0.append(damage) } }
            guard let hashes else { return try segment.blocks(note) }
            return try segment.blocks(havingAnyOf: hashes, note)
        }.flatMap { $0 }
    }

    func query<Answer: Sendable>(
        havingAnyOf hashes: [UInt64]? = nil,
        _ work: @escaping @Sendable ([StoredBlock]) throws(StoreError) -> Answer
    ) async throws(StoreError) -> Answer {
        let result = await run(on: queue) { () -> Result<Answer, StoreError> in
            do throws(StoreError) {
                return .success(try work(try self.blocks(havingAnyOf: hashes) { self.observe(.damaged($0)) }))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Where the bytes of the blocks are, by column.
    public func columnSizes() throws(StoreError) -> ColumnSizes {
        var sizes = ColumnSizes()
        for block in try blocks({ observe(.damaged($0)) }) { try sizes.add(block) }
        return sizes
    }
}

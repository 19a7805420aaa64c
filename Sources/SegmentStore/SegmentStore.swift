import Dispatch
import Foundation
public import OTLP
public import TelemetryStore

/// The embedded store: compressed columns in SQLite files, in one folder.
///
/// One process writes a folder; any number read it, also while it is written.
public final class SegmentStore: TelemetryStore {
    private let directory: String
    private let keys: [CorrelationKey]
    private let segments: [Segment]
    private let writer: SegmentWriter?
    /// Queries run here, so that their reading holds up nobody.
    private let queue = DispatchQueue(label: "segment-store.query", attributes: .concurrent)

    private init(directory: String, keys: [CorrelationKey], segments: [Segment], writer: SegmentWriter? = nil) {
        self.directory = directory
        self.keys = keys
        self.writer = writer
        self.segments = segments
    }

    // MARK: Opening

    /// Opens a folder for reading, whether or not another process writes it.
    ///
    /// Errors: `.unreadable` when there is no such folder, or no segment in it.
    public static func open(
        reading directory: String, keys: [CorrelationKey] = CorrelationKey.indexedAttributes
    ) throws(StoreError) -> SegmentStore {
        let paths = try segmentPaths(in: directory)
        guard !paths.isEmpty else {
            throw StoreError(
                .unreadable, "cannot read the data folder: it holds no segments; is it the collector's --data-dir?",
                place: directory)
        }
        var segments: [Segment] = []
        for path in paths { segments.append(try Segment.open(readOnly: path)) }
        return SegmentStore(directory: directory, keys: keys, segments: segments)
    }

    /// Opens a folder for writing and reading; creates it when it is missing.
    ///
    /// Errors: `.unavailable` when another process writes it.
    public static func open(
        writing directory: String, options: Options = Options()
    ) throws(StoreError) -> SegmentStore {
        try storeErrors(at: directory) {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        let lock = try WriterLock(directory: directory)
        var segments: [Segment] = []
        var paths = try segmentPaths(in: directory)
        let active = paths.popLast() ?? directory + "/" + FileNames.segment(1)
        for path in paths { segments.append(try Segment.open(readOnly: path)) }
        let writer = try SegmentWriter(path: active, lock: lock, options: options)
        return SegmentStore(
            directory: directory, keys: options.keys, segments: segments + [writer.segment], writer: writer)
    }

    /// What the owner of a store may decide.
    public struct Options: Sendable {
        /// Attributes whose text values lead to their traces.
        public var keys: [CorrelationKey]
        /// How long a record may stay in the inbox; a full inbox is flushed sooner.
        public var flushInterval: Duration
        /// Told of commits and flushes.
        public var observe: @Sendable (StoreEvent) -> Void

        public init(
            keys: [CorrelationKey] = CorrelationKey.indexedAttributes, flushInterval: Duration = .seconds(5),
            observe: @escaping @Sendable (StoreEvent) -> Void = { _ in }
        ) {
            self.keys = keys
            self.flushInterval = flushInterval
            self.observe = observe
        }
    }

    // MARK: Writing

    public func append(_ body: [UInt8], of signal: Signal) async throws(StoreError) -> AppendResult {
        guard let writer else {
            throw StoreError(.unreadable, "cannot append: the store was opened for reading", place: directory)
        }
        let result = try AppendResult(countingRecordsOf: body, signal)
        if result.acceptedCount > 0 { try await writer.append(body, of: signal) }
        return result
    }

    /// Turns all of the inbox into blocks.
    public func flush() async throws(StoreError) {
        try await writer?.flush()
    }

    /// Takes no more records, flushes, and gives the folder back.
    public func close() async throws(StoreError) {
        try await writer?.close()
    }

    /// Bytes of the segment files, and of the bodies that wait in the inbox.
    public func size() -> (segmentBytes: Int, inboxBytes: Int) {
        let paths = (try? SegmentStore.segmentPaths(in: directory)) ?? []
        let segmentBytes = paths.reduce(0) { sum, path in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            return sum + ((attributes?[.size] as? Int) ?? 0)
        }
        return (segmentBytes, writer?.inboxBytes ?? 0)
    }

    // MARK: Reading

    public func records(of traces: [TraceID]) async throws(StoreError) -> TraceRecords {
        try await query { segments throws(StoreError) in
            var query = TraceQuery(traces)
            for segment in segments { try query.read(segment) }
            return query.result
        }
    }

    public func correlations(_ match: CorrelationMatch, limit: Int) async throws(StoreError) -> [Correlation] {
        let query = CorrelationQuery(match: match, keys: keys, limit: limit)
        return try await self.query { segments throws(StoreError) in
            var found: Set<Correlation> = []
            for segment in segments { found.formUnion(try query.read(segment)) }
            return Array(found.sorted(by: Correlation.precedes).prefix(limit))
        }
    }

    public func export(_ signal: Signal, _ receive: (ExportBatch) throws -> Void) async throws {
        for segment in segments { try ExportQuery.read(signal, of: segment, receive) }
    }

    private func query<Answer: Sendable>(
        _ work: @escaping @Sendable ([Segment]) throws(StoreError) -> Answer
    ) async throws(StoreError) -> Answer {
        let segments = segments
        let result = await run(on: queue) { () -> Result<Answer, StoreError> in
            do throws(StoreError) {
                return .success(try work(segments))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func segmentPaths(in directory: String) throws(StoreError) -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw StoreError(
                .unreadable,
                "cannot read the data folder: it is missing or may not be listed; name the collector's --data-dir",
                place: directory)
        }
        return names.compactMap { name in FileNames.segmentNumber(name).map { ($0, name) } }
            .sorted { $0.0 < $1.0 }
            .map { directory + "/" + $0.1 }
    }
}

import Foundation
import GRDB
import OTLP
import SegmentStore
import TelemetryStore
import Testing

/// A segment that is written no more: its large blocks go over as they are, its small ones become one.
@Suite struct SealingTests {
    let folder = TemporaryFolder()
    let events = RecordedEvents()

    private static let now: UInt64 = 1_800_000_000_000_000_000
    private static let day: UInt64 = 86_400_000_000_000

    private func open(_ retention: Retention = Retention()) throws -> SegmentStore {
        try SegmentStore.open(
            writing: folder.path,
            options: .init(
                flushInterval: .seconds(3_600), retention: retention, observe: events.take,
                now: { SealingTests.now }))
    }

    /// As many spans, in traces of three, as make a block that is large enough to be copied.
    private func spans(from first: UInt64, count: UInt64 = 9_000, at time: UInt64 = SealingTests.now) -> TracesData {
        TracesData(
            (first..<first + count).map { number in
                Span(
                    traceID: TraceID(high: 7, low: number / 3), spanID: SpanID(number), name: "step \(number % 5)",
                    startTimeUnixNano: time + number, endTimeUnixNano: time + number + 100,
                    attributes: [Attribute("request.id", .string("r-\(number / 3)"))])
            })
    }

    private func append(_ data: [TracesData], to store: SegmentStore) async throws -> StoredRecords {
        var sent = StoredRecords()
        for data in data {
            sent.insert(data)
            _ = try await store.append(data.protobuf(), of: .traces)
            try await store.flush()
        }
        return sent
    }

    @Test func nothingIsLostOrDoubledAndATraceOfSeveralBlocksIsWhole() async throws {
        let store = try open()
        // The blocks meet in the middle of traces.
        let sent = try await append(
            [spans(from: 1, count: 10), spans(from: 11), spans(from: 9_011), spans(from: 18_011, count: 20)], to: store)
        #expect(try SegmentStore.verify(folder.path).blocks == 4)
        try await store.seal()
        #expect(try await StoredRecords(exportedBy: store) == sent)
        for number: UInt64 in [11, 9_011, 18_011] {
            let trace = TraceID(high: 7, low: number / 3)
            #expect(try await store.records(of: [trace]).traces.spans.count == 3)
            #expect(try await store.correlations(.exactly("r-\(number / 3)"), limit: 2).map(\.traceID) == [trace])
        }
        let sealed = try SegmentStore.verify(folder.path)
        #expect(sealed.blocks == 3, "two large ones, and the small ones as one")
        #expect(sealed.damages.isEmpty)
        try await store.compact()
        #expect(try await StoredRecords(exportedBy: store) == sent)
        try await store.close()
        #expect(events.damages.isEmpty && events.failures.isEmpty)
    }

    @Test func ofALargeBlockTooGoesWhatIsTooOld() async throws {
        let store = try open(Retention(age: .seconds(86_400)))
        let old = spans(from: 1, at: SealingTests.now - 2 * SealingTests.day)
        let new = spans(from: 9_003)
        _ = try await store.append(old.protobuf() + new.protobuf(), of: .traces)
        try await store.seal()
        var kept = StoredRecords()
        kept.insert(new)
        #expect(try await StoredRecords(exportedBy: store) == kept)
        try await store.close()
    }

    @Test func ofALargeBlockThatIsDamagedTheRestGoesOver() async throws {
        let store = try open()
        let sent = try await append([spans(from: 1)], to: store)
        try await store.close()
        let name = try #require(folder.segments.first)
        try damageAGroup(of: folder.path + "/" + name)
        let reopened = try open()
        try await reopened.seal()
        let found = try await StoredRecords(exportedBy: reopened)
        #expect(found.isSubset(of: sent))
        #expect(found.count > 0 && found.count < sent.count)
        #expect(!events.damages.isEmpty)
        try await reopened.close()
    }

    /// Changes a byte of the spans of a group in the middle.
    ///
    /// Source: Documentation/Formats/block.md.
    private func damageAGroup(of path: String) throws {
        let database = try DatabaseQueue(path: path)
        try database.write { database in
            let parts = try Int64.fetchAll(
                database, sql: "SELECT id FROM parts WHERE id & 3 = 1 AND id & 1048575 >= 16")
            let part = parts[parts.count / 2]
            var bytes = try #require(
                try Data.fetchOne(database, sql: "SELECT bytes FROM parts WHERE id = ?", arguments: [part]))
            bytes[bytes.count / 2] ^= 0x55
            try database.execute(sql: "UPDATE parts SET bytes = ? WHERE id = ?", arguments: [bytes, part])
        }
        try database.close()
    }

    @Test func aCompactionThatIsGivenUpLosesNothingAndIsBegunAnewByTheNextProcess() async throws {
        let store = try open()
        let sent = try await append([spans(from: 1), spans(from: 9_003)], to: store)
        store.giveUpCompaction()
        await #expect(throws: StoreError.self) { try await store.compact() }
        #expect(try await StoredRecords(exportedBy: store) == sent)
        try await store.close()
        let next = try open()
        try await next.compact()
        #expect(try await StoredRecords(exportedBy: next) == sent)
        #expect(folder.segments.contains { $0.hasSuffix("-002.sqlite") })
        try await next.close()
        #expect(events.damages.isEmpty)
    }
}

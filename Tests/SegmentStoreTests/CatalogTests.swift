import Foundation
import Glibc
import OTLP
import SegmentStore
import TelemetryStore
import Testing

/// What sealed segments say of their blocks, copied into one file: believed while it is certain, and never needed.
@Suite struct CatalogTests {
    let folder = TemporaryFolder()

    private static let catalog = "segments.catalog"
    private static let nowhere = TraceID(high: 1, low: 99)

    /// Three sealed segments with the traces 1 to 3, and what is in them.
    private func filled() async throws -> StoredRecords {
        let store = try SegmentStore.writing(folder)
        var sent = StoredRecords()
        for trace in UInt64(1)...3 {
            let data = TracesData(
                (1...40).map { .sample(trace: trace, span: 100 * trace + $0, requestID: "r-\(trace)") })
            sent.insert(data)
            _ = try await store.append(data.protobuf(), of: .traces)
            try await store.seal()
        }
        try await store.close()
        return sent
    }

    private func path(_ name: String) -> String { folder.path + "/" + name }

    /// Writes over a file so that it looks from outside as it did.
    private func overwrite(_ name: String) throws {
        var status = stat()
        try #require(stat(path(name), &status) == 0)
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path(name)))
        try handle.write(contentsOf: Data(repeating: 0x55, count: Int(status.st_size)))
        try handle.close()
        try #require(utimensat(AT_FDCWD, path(name), [status.st_atim, status.st_mtim], 0) == 0)
    }

    @Test func anIdThatIsNowhereIsAnsweredWithoutOpeningASegment() async throws {
        _ = try await filled()
        let sealed = folder.segments.filter { $0.hasSuffix("-001.sqlite") }
        #expect(sealed.count == 3)
        for name in sealed { try overwrite(name) }
        let events = RecordedEvents()
        let store = try SegmentStore.open(reading: folder.path, observe: events.take)
        #expect(try await store.records(of: [CatalogTests.nowhere]).traces.spans.isEmpty)
        #expect(try await store.correlations(.exactly("r-99"), limit: 5).isEmpty)
        #expect(events.damages.isEmpty)
        // One that is asked for says what has become of it.
        #expect(try await store.records(of: [TraceID(high: 7, low: 2)]).traces.spans.isEmpty)
        #expect(!events.damages.isEmpty)
    }

    @Test func aDamagedCatalogIsAsGoodAsNone() async throws {
        let sent = try await filled()
        let whole = try folder.bytes(of: CatalogTests.catalog)
        for place in stride(from: 0, to: whole.count, by: max(1, whole.count / 60)) {
            var damaged = whole
            damaged[place] ^= 0x10
            try folder.write(damaged, to: CatalogTests.catalog)
            try await expect(sent, "byte \(place)")
        }
        for count in [0, 1, 15, 16, whole.count / 2, whole.count - 1] {
            try folder.write(Array(whole.prefix(count)), to: CatalogTests.catalog)
            try await expect(sent, "\(count) bytes")
        }
        try FileManager.default.removeItem(atPath: path(CatalogTests.catalog))
        try await expect(sent, "none")
    }

    @Test func aSegmentThatWasPutInAnothersPlaceIsNotTakenForIt() async throws {
        _ = try await filled()
        let sealed = folder.segments.filter { $0.hasSuffix("-001.sqlite") }
        try folder.write(try folder.bytes(of: sealed[2]), to: sealed[0])
        let store = try SegmentStore.open(reading: folder.path)
        #expect(try await store.records(of: [TraceID(high: 7, low: 1)]).traces.spans.isEmpty)
        #expect(try await store.records(of: [TraceID(high: 7, low: 3)]).traces.spans.count == 40)
    }

    private func expect(_ sent: StoredRecords, _ comment: Comment) async throws {
        let events = RecordedEvents()
        let store = try SegmentStore.open(reading: folder.path, observe: events.take)
        #expect(try await StoredRecords(exportedBy: store) == sent, comment)
        #expect(try await store.records(of: [TraceID(high: 7, low: 2)]).traces.spans.count == 40, comment)
        #expect(events.damages.isEmpty, comment)
    }
}

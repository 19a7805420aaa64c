import Foundation
import OTLP
import RandomTelemetry
import SegmentStore
import TelemetryStore
import Testing

/// A damaged segment costs what is damaged and says so; it never brings wrong records, and never the process down.
@Suite struct DamageTests {
    let folder = TemporaryFolder()
    let copies = TemporaryFolder()

    /// A sealed segment with a little of everything, and what is in it.
    private func sealed(spans: Int = 60) async throws -> (bytes: [UInt8], records: StoredRecords) {
        var random = RandomTelemetry(seed: 11)
        let store = try SegmentStore.writing(folder)
        var sent = StoredRecords()
        for _ in 0..<4 {
            let (logs, metrics) = (random.logs(), random.metrics())
            let made = (1...spans).map { number -> Span in
                .sample(trace: UInt64(number) % 7, span: UInt64(number), requestID: "request-\(number % 7)")
            }
            let traces = TracesData(made)
            sent.insert(traces)
            sent.insert(logs)
            sent.insert(metrics)
            _ = try await store.append(traces.protobuf(), of: .traces)
            _ = try await store.append(logs.protobuf(), of: .logs)
            _ = try await store.append(metrics.protobuf(), of: .metrics)
            try await store.flush()
        }
        try await store.seal()
        try await store.close()
        let name = try #require(folder.segments.first { $0.hasSuffix("-001.sqlite") })
        return (try folder.bytes(of: name), sent)
    }

    /// Asks a damaged file everything that can be asked.
    private func questions(_ bytes: [UInt8], _ records: StoredRecords, _ place: String) async throws -> Bool {
        try copies.write(bytes, to: "copy.sqlite")
        let events = RecordedEvents()
        let store: SegmentStore
        do {
            store = try SegmentStore.open(reading: copies.path + "/copy.sqlite", observe: events.take)
        } catch {
            // The file as a whole was refused, which says it all.
            return false
        }
        let found = try await StoredRecords(exportedBy: store)
        #expect(found.isSubset(of: records), "wrong records after damage at \(place)")
        #expect(found.count == records.count || !events.damages.isEmpty, "a silent loss after damage at \(place)")
        let traces = (0..<7).map { TraceID(high: 7, low: $0) }
        let before = events.damages.count
        let spans = try await store.records(of: traces).traces.spans
        #expect(spans.count == 60 || events.damages.count > before, "a silent loss of a trace at \(place)")
        let page = try await store.spans(SpanSearch(RecordFilter(), limit: 10_000))
        #expect(page.records.count <= 60)
        _ = try await store.logs(LogSearch(RecordFilter(having: "x", phrase: "ünïcødé")))
        _ = try await store.correlations(.exactly("request-3"), limit: 10)
        _ = try await store.correlations(.prefix("request-"), limit: 10)
        let counted = events.damages.count
        let rows = try await store.aggregate(Aggregation(.traces, groupBy: [.service, .attribute("twice")]))
        #expect(
            rows.reduce(0) { $0 + $1.count } == 240 || events.damages.count > counted, "a silent miscount at \(place)")
        try await askInSQL(store, events, place)
        return found.count > 0
    }

    /// A statement answers with what can be read, and says that there was more; or it fails, and says why.
    private func askInSQL(_ store: SegmentStore, _ events: RecordedEvents, _ place: String) async throws {
        for text in [
            "SELECT span_id, name, status, duration, attributes FROM spans",
            "SELECT span_id FROM spans WHERE service = 'tutor' AND \"http.response.status_code\" = 503",
        ] {
            let before = events.damages.count
            do {
                let rows = try await store.sql(SQLQuery(text, rowsMax: 1_000)).rows.count
                #expect(rows <= 240, "rows that nobody sent after damage at \(place)")
                #expect(
                    rows == 240 || events.damages.count > before, "rows are silently missing after damage at \(place)")
            } catch {
                #expect(error.code == .corrupt, "\(error) after damage at \(place)")
            }
        }
    }

    @Test func aFlippedBitAnywhereIsNoticedAndTheRestIsServed() async throws {
        let (bytes, records) = try await sealed()
        var generator = SplitMix64(state: 3)
        // Each byte of SQLite's header, the beginning of each page, and places all over the file.
        var places = Array(0..<100)
        for page in stride(from: 0, to: bytes.count, by: 4_096) { places += page..<page + 12 }
        places += (0..<400).map { _ in Int(generator.next() % UInt64(bytes.count)) }
        var served = 0
        for place in places {
            var damaged = bytes
            damaged[place] ^= 1 << UInt8(generator.next() % 8)
            if try await questions(damaged, records, "byte \(place)") { served += 1 }
        }
        #expect(served > places.count / 2, "the rest was served \(served) times of \(places.count)")
    }

    @Test func aFileThatEndsTooSoonOrIsOverwrittenIsNoCrash() async throws {
        let (bytes, records) = try await sealed()
        var generator = SplitMix64(state: 4)
        for part in 0..<24 {
            _ = try await questions(Array(bytes.prefix(bytes.count * part / 24)), records, "cut at \(part)/24")
            var damaged = bytes
            let start = bytes.count * part / 24
            for place in start..<min(start + 700, bytes.count) {
                damaged[place] = UInt8(truncatingIfNeeded: generator.next())
            }
            _ = try await questions(damaged, records, "noise at \(part)/24")
        }
    }

    @Test func theWriterSetsAsideAFileThatCannotBeOpened() async throws {
        var (bytes, records) = try await sealed()
        let name = try #require(folder.segments.first)
        for place in 0..<100 { bytes[place] = 0xA5 }
        try folder.write(bytes, to: name)
        let events = RecordedEvents()
        let store = try SegmentStore.open(
            writing: folder.path, options: .init(flushInterval: .seconds(3_600), observe: events.take))
        #expect(events.damages.count == 1)
        #expect(!folder.segments.contains(name))
        #expect(FileManager.default.fileExists(atPath: folder.path + "/damaged/" + name))
        _ = try await store.append(TracesData([.sample(trace: 1, span: 1)]).protobuf(), of: .traces)
        #expect(try await StoredRecords(exportedBy: store).count == 1)
        #expect(records.count > 1)
        try await store.close()
    }

    @Test func anActiveFileThatCannotBeOpenedIsSetAsideAndTheNextOneBegins() async throws {
        try folder.write(Array(repeating: 0x5A, count: 9_000), to: "segment-00000005-00000005-000.sqlite")
        let events = RecordedEvents()
        let store = try SegmentStore.open(
            writing: folder.path, options: .init(flushInterval: .seconds(3_600), observe: events.take))
        #expect(events.damages.count == 1)
        #expect(folder.segments == ["segment-00000006-00000006-000.sqlite"])
        try await store.close()
    }

    @Test func compactionKeepsWhatCanBeReadAndTheDamagedFileBesideIt() async throws {
        let events = RecordedEvents()
        let options = SegmentStore.Options(flushInterval: .seconds(3_600), observe: events.take)
        var store = try SegmentStore.open(writing: folder.path, options: options)
        for segment in UInt64(0)..<4 {
            for half in UInt64(0)..<2 {
                // Two blocks a segment: long texts, so that each fills pages of its own.
                var generator = SplitMix64(state: segment * 2 + half)
                let spans = (UInt64(1)...40).map { span in
                    var made = Span.sample(trace: 10 * segment + half + 1, span: span + half * 100)
                    made.attributes = (0..<20).map { Attribute("a\($0)", .string(String(generator.next(), radix: 36))) }
                    return made
                }
                _ = try await store.append(TracesData(spans).protobuf(), of: .traces)
                try await store.flush()
            }
            if segment < 3 { try await store.seal() }
        }
        try await store.close()
        let name = try #require(folder.segments.first { $0.hasPrefix("segment-00000002-") })
        var bytes = try folder.bytes(of: name)
        for place in stride(from: bytes.count - 3_000, to: bytes.count - 1_000, by: 7) { bytes[place] ^= 0x10 }
        try folder.write(bytes, to: name)
        store = try SegmentStore.open(writing: folder.path, options: options)
        let readable = try await StoredRecords(exportedBy: store)
        #expect(readable.count < 320)
        #expect(readable.count >= 240)
        try await store.seal()
        #expect(folder.segments.count == 2)
        #expect(FileManager.default.fileExists(atPath: folder.path + "/damaged/" + name))
        #expect(try await StoredRecords(exportedBy: store) == readable)
        #expect(events.failures.isEmpty)
        let damages = events.damages.count
        #expect(damages > 0)
        _ = try await StoredRecords(exportedBy: store)
        #expect(events.damages.count == damages, "what is left is whole")
        try await store.close()
    }
}

extension RecordFilter {
    init(having key: String, phrase: String) {
        self.init()
        attributes = [AttributeCondition(key, .isMissing)]
        phrases = [phrase]
    }
}

import Foundation
import OTLP
import RandomTelemetry
import SegmentStore
import TelemetryStore
import Testing

/// What an operator does with a folder: list, verify, compact, import, back up.
@Suite struct OperationsTests {
    let folder = TemporaryFolder()
    let target = TemporaryFolder()

    /// Some segments, of which the last is still written.
    private func filled() async throws -> (store: SegmentStore, records: StoredRecords) {
        var random = RandomTelemetry(seed: 5)
        let store = try SegmentStore.writing(folder)
        var records = StoredRecords()
        for segment in 0..<3 {
            for _ in 0..<4 {
                let (traces, logs, metrics) = (random.traces(), random.logs(), random.metrics())
                records.insert(traces)
                records.insert(logs)
                records.insert(metrics)
                _ = try await store.append(traces.protobuf(), of: .traces)
                _ = try await store.append(logs.protobuf(), of: .logs)
                _ = try await store.append(metrics.protobuf(), of: .metrics)
            }
            if segment < 2 { try await store.seal() }
        }
        return (store, records)
    }

    @Test func theListSaysWhatEachFileHolds() async throws {
        let (store, records) = try await filled()
        let listings = try SegmentStore.segments(of: folder.path)
        #expect(listings.map(\.state) == [.sealed, .sealed, .active])
        #expect(listings.map(\.numbers) == [1...1, 2...2, 3...3])
        #expect(listings.reduce(0) { $0 + $1.records.values.reduce(0, +) } == records.count)
        #expect(listings.allSatisfy { $0.bytes > 0 && $0.time != nil })
        try await store.close()
    }

    @Test func verifyingAWholeFolderFindsNothingAlsoWhileItIsWritten() async throws {
        let (store, records) = try await filled()
        let result = try SegmentStore.verify(folder.path)
        #expect(result.damages == [])
        #expect(result.segments == 3)
        #expect(result.records == records.count)
        try await store.close()
    }

    @Test func verifyingNamesTheSegmentTheBlockAndWhatIsBad() async throws {
        let (store, _) = try await filled()
        try await store.close()
        let name = folder.segments[1]
        let whole = try folder.bytes(of: name)
        var found = 0
        var generator = SplitMix64(state: 1)
        for _ in 0..<40 {
            var bytes = whole
            let place = 8_192 + Int(generator.next() % UInt64(bytes.count - 8_192))
            bytes[place] ^= 0x20
            try folder.write(bytes, to: name)
            let result = try SegmentStore.verify(folder.path)
            found += result.isWhole ? 0 : 1
            for damage in result.damages {
                #expect(damage.place?.contains(name) == true)
                #expect(damage.code == .corrupt)
            }
        }
        // Much of so small a file is the free space of its pages, where a flipped bit is nobody's.
        #expect(found > 5)
        try folder.write(whole, to: name)
        #expect(try SegmentStore.verify(folder.path).isWhole)
        #expect(throws: StoreError.self) { try SegmentStore.verify(target.path) }
    }

    @Test func compactingMakesOneSegmentOfAllAndLosesNothing() async throws {
        let (store, records) = try await filled()
        try await store.compact()
        #expect(try SegmentStore.segments(of: folder.path).map(\.state) == [.sealed, .active])
        #expect(try await StoredRecords(exportedBy: store) == records)
        try await store.close()
    }

    @Test func aSegmentFileOpensAlone() async throws {
        let (store, _) = try await filled()
        try await store.compact()
        try await store.close()
        let name = try #require(folder.segments.first)
        try target.write(try folder.bytes(of: name), to: "anywhere.sqlite")
        let alone = try SegmentStore.open(reading: target.path + "/anywhere.sqlite")
        let whole = try SegmentStore.open(reading: folder.path)
        #expect(try await StoredRecords(exportedBy: alone) == StoredRecords(exportedBy: whole))
        #expect(try SegmentStore.verify(target.path + "/anywhere.sqlite").isWhole)
    }

    @Test func aBackupHasAllThatWasAckedBeforeItBeganThoughSegmentsAreSealedMeanwhile() async throws {
        let store = try SegmentStore.writing(folder)
        func append(_ numbers: ClosedRange<UInt64>) async throws {
            for number in numbers {
                _ = try await store.append(TracesData([.sample(trace: number, span: number)]).protobuf(), of: .traces)
                if number % 40 == 0 { try await store.seal() } else if number % 7 == 0 { try await store.flush() }
            }
        }
        try await append(1...200)
        async let later: Void = append(201...600)
        try SegmentStore.backup(folder.path, to: target.path)
        try await later
        let copy = try SegmentStore.open(reading: target.path)
        let spans = try await copy.allSpans().map(\.spanID.value)
        #expect(Set(spans).isSuperset(of: 1...200))
        #expect(spans.count == Set(spans).count, "each is there once")
        #expect(try SegmentStore.verify(target.path).isWhole)
        try await store.close()
        let reopened = try SegmentStore.writing(target)
        _ = try await reopened.append(TracesData([.sample(trace: 1, span: 9_999)]).protobuf(), of: .traces)
        #expect(try await reopened.allSpans().count == spans.count + 1)
        try await reopened.close()
    }

    @Test func aBackupWritesIntoNoFolderThatHasSomething() async throws {
        let (store, _) = try await filled()
        try target.write([1], to: "something")
        let error = #expect(throws: StoreError.self) { try SegmentStore.backup(folder.path, to: target.path) }
        #expect(error?.code == .invalid)
        try await store.close()
    }

    @Test func whatWasExportedOrSealedIsImportedEqual() async throws {
        let (store, records) = try await filled()
        try await store.compact()
        var lines: [UInt8] = []
        for signal in Signal.allCases {
            try await store.export(signal) { batch in
                switch batch {
                case .traces(let data): lines += data.json()
                case .logs(let data): lines += data.json()
                case .metrics(let data): lines += data.json()
                }
                lines.append(UInt8(ascii: "\n"))
            }
        }
        try await store.close()
        try folder.write(lines, to: "lines.json")
        let traces = TracesData([.sample(trace: 1, span: 1)])
        try folder.write(traces.protobuf(), to: "traces.pb")
        func imported(_ file: String, _ signal: Signal? = nil) async throws -> StoredRecords {
            let place = TemporaryFolder()
            let store = try SegmentStore.writing(place)
            try await ImportedFile(folder.path + "/" + file, signal: signal).forEachBody { signal, body in
                _ = try await store.append(body, of: signal)
            }
            try await store.close()
            return try await StoredRecords(exportedBy: SegmentStore.open(reading: place.path))
        }
        #expect(try await imported(folder.segments[0]) == records)
        #expect(try await imported("lines.json").count == records.count)
        #expect(try await imported("traces.pb", .traces).count == 1)
        for (file, bytes, code) in [
            ("bad.json", Array(#"{"resourceSpans":"#.utf8), StoreError.Code.malformed),
            ("other.json", Array("{}".utf8), .malformed),
            ("traces.pb", traces.protobuf(), .invalid),
        ] {
            try folder.write(bytes, to: file)
            let error = await #expect(throws: StoreError.self) { try await imported(file) }
            #expect(error?.code == code)
        }
    }
}

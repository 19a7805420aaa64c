import OTLP
import RandomTelemetry
import SegmentStore
import TelemetryStore
import Testing

/// Everything that OTLP can say comes back bit for bit, at every stage of a segment's life.
@Suite struct LosslessTests {
    let folder = TemporaryFolder()

    @Test(arguments: UInt64(0)..<6)
    func everyRecordOfEverySignalComesBackEqualAtEveryStage(seed: UInt64) async throws {
        var random = RandomTelemetry(seed: seed)
        let store = try SegmentStore.writing(folder)
        var sent = StoredRecords()
        // Four segments are what compaction makes one of.
        for segment in 0..<4 {
            for _ in 0..<10 {
                let (traces, logs, metrics) = (random.traces(), random.logs(), random.metrics())
                sent.insert(traces)
                sent.insert(logs)
                sent.insert(metrics)
                for (signal, body) in [
                    (Signal.traces, traces.protobuf()), (.logs, logs.protobuf()), (.metrics, metrics.protobuf()),
                ] {
                    #expect(try await store.append(body, of: signal).rejectedCount == 0, "seed \(seed)")
                }
            }
            try await compare(store, sent, "inbox of segment \(segment), seed \(seed)")
            try await store.flush()
            try await compare(store, sent, "flushed segment \(segment), seed \(seed)")
            try await store.seal()
            try await compare(store, sent, "sealed segment \(segment), seed \(seed)")
        }
        #expect(folder.segments.contains { $0.contains("-00000001-00000004-") }, "four segments became one")
        try await store.close()
        try await compare(try SegmentStore.open(reading: folder.path), sent, "reopened, seed \(seed)")
    }

    private func compare(_ store: SegmentStore, _ sent: StoredRecords, _ stage: String) async throws {
        let found = try await StoredRecords(exportedBy: store)
        #expect(found.count == sent.count, "\(stage)")
        #expect(found == sent, "\(stage)")
    }

    /// Ids of several kinds under one key are kept by length; more kinds, texts among them and paths around them are not.
    @Test(arguments: 1...6)
    func idsOfSeveralLengthsInOneColumnComeBackEqualAndAreFound(kinds: Int) async throws {
        var generator = SplitMix64(state: UInt64(kinds))
        func id(_ alphabet: String, _ length: Int) -> String {
            let characters = Array(alphabet)
            return String((0..<length).map { _ in characters[Int(generator.next() % UInt64(characters.count))] })
        }
        var texts: [String] = []
        for row in 0..<600 {
            switch row % kinds {
            case 0: texts.append(id("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 52))
            case 1: texts.append(id("0123456789abcdef", 32))
            case 2: texts.append(id("the quick brown fox", 16))
            case 3: texts.append("/lessons/les_" + id("0123456789abcdefghjkmnpqrstvwxyz", 10))
            case 4: texts.append("")
            default: texts.append(id("0123456789", 1 + row % 7))
            }
        }
        let sent = LogsData(texts.map { LogRecord(body: "x", attributes: [Attribute("request", .string($0))]) })
        let store = try SegmentStore.writing(folder)
        _ = try await store.append(sent.protobuf(), of: .logs)
        try await store.seal()
        var expected = StoredRecords()
        expected.insert(sent)
        try await compare(store, expected, "sealed, kinds: \(kinds)")
        for text in texts.prefix(12) where text.count > 8 {
            var filter = RecordFilter()
            filter.attributes = [AttributeCondition("request", .equals(text))]
            #expect(try await store.logs(LogSearch(filter)).records.count == 1, "\(text)")
        }
    }

    /// Texts of one length that are ids of some alphabet, and almost: what the block keeps in fewer bits.
    @Test func idsOfEveryAlphabetComeBackEqual() async throws {
        var generator = SplitMix64(state: 7)
        let alphabets = ["0123456789abcdef", "0123456789ABCDEF", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789"]
        var records: [LogRecord] = []
        for (number, alphabet) in alphabets.enumerated() {
            let characters = Array(alphabet)
            for length in [8, 16, 26, 64, 256, 257] {
                for row in 0..<9 {
                    var text =
                        "id-"
                        + String((0..<length).map { _ in characters[Int(generator.next() % UInt64(characters.count))] })
                    if row == 8 { text = String(text.dropLast()) + "é" }
                    records.append(
                        LogRecord(body: "x", attributes: [Attribute("id.\(number).\(length)", .string(text))]))
                }
            }
        }
        let sent = LogsData(records)
        let store = try SegmentStore.writing(folder)
        _ = try await store.append(sent.protobuf(), of: .logs)
        try await store.seal()
        var expected = StoredRecords()
        expected.insert(sent)
        try await compare(store, expected, "sealed")
        try await store.close()
    }

    /// Values of every width, with and without a common unit, at the edges of 64 bits.
    @Test func integersOfEveryWidthComeBackEqual() async throws {
        var records: [LogRecord] = []
        for bits in 0..<64 {
            for value in [UInt64(1) << UInt64(bits), (UInt64(1) << UInt64(bits)) &- 1, ~(UInt64(1) << UInt64(bits))] {
                records.append(
                    LogRecord(
                        timeUnixNano: value, body: "x",
                        attributes: [
                            Attribute("width.\(bits)", .int(Int64(bitPattern: value))),
                            Attribute("unit.\(bits)", .int(Int64(bitPattern: value &* 1_000_000))),
                            Attribute("all", .int(Int64(bitPattern: value))),
                        ]))
            }
        }
        let store = try SegmentStore.writing(folder)
        _ = try await store.append(LogsData(records).protobuf(), of: .logs)
        try await store.seal()
        var expected = StoredRecords()
        expected.insert(LogsData(records))
        try await compare(store, expected, "sealed")
        try await store.close()
    }
}

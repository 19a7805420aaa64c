import CZstd
import Foundation
import GRDB
import OTLP
import RandomTelemetry
import SegmentStore
import TelemetryStore
import Testing

/// Whoever hands over a segment file may have written anything into its columns, with checksums that are right.
@Suite struct HostileValuesTests {
    let folder = TemporaryFolder()

    @Test(arguments: UInt64(0)..<4)
    func changedColumnsWithRightChecksumsAreNoCrash(seed: UInt64) async throws {
        var random = RandomTelemetry(seed: seed)
        let store = try SegmentStore.writing(folder)
        let spans = (UInt64(1)...80).map { number -> Span in
            .sample(trace: number % 7, span: number + 9, parent: number / 2, requestID: "request-\(number % 7)")
        }
        let traces = TracesData(spans)
        _ = try await store.append(traces.protobuf(), of: .traces)
        for _ in 0..<3 {
            _ = try await store.append(random.traces().protobuf(), of: .traces)
            _ = try await store.append(random.logs().protobuf(), of: .logs)
            _ = try await store.append(random.metrics().protobuf(), of: .metrics)
        }
        let logs = (UInt64(1)...80).map { number -> LogRecord in
            LogRecord(
                timeUnixNano: number, body: .string("lesson \(number) was opened"),
                traceID: TraceID(high: 7, low: number % 7), spanID: SpanID(number + 9))
        }
        _ = try await store.append(LogsData(logs).protobuf(), of: .logs)
        try await store.seal()
        try await store.close()
        let name = try #require(folder.segments.first { $0.hasSuffix("-001.sqlite") })
        let original = try folder.bytes(of: name)
        var generator = SplitMix64(state: seed)
        for round in 0..<150 {
            try folder.write(original, to: "copy.sqlite")
            try StoredParts(folder.path + "/copy.sqlite").change(&generator)
            // Whatever comes out, it comes out.
            guard let copy = try? SegmentStore.open(reading: folder.path + "/copy.sqlite") else { continue }
            _ = try await StoredRecords(exportedBy: copy)
            _ = try await copy.records(of: (0..<7).map { TraceID(high: 7, low: $0) })
            _ = try await copy.correlations(.exactly("request-3"), limit: 10)
            _ = try await copy.correlations(.prefix("request-"), limit: 100)
            var filter = RecordFilter()
            filter.time = 0..<UInt64.max
            filter.duration = 0...UInt64.max
            filter.attributes = [AttributeCondition("ratio", .atMost(1)), AttributeCondition("text", .exists)]
            _ = try await copy.spans(SpanSearch(filter))
            filter = RecordFilter()
            filter.phrases = ["no such lesson"]
            filter.traces = [TraceID(high: 7, low: 1)]
            _ = try await copy.spans(SpanSearch(filter))
            filter.phrases = ["was opened"]
            _ = try await copy.logs(LogSearch(filter))
            let keys: [Aggregation.GroupKey] = [.service, .name, .kind, .status, .severity, .attribute("twice")]
            for signal in [Signal.traces, .logs] {
                _ = try await copy.aggregate(Aggregation(signal, groupBy: keys, bucketNanoseconds: 1_000))
            }
            #expect(round >= 0)
        }
    }
}

/// Files that an older program wrote.
@Suite struct OldFormatTests {
    let folder = TemporaryFolder()

    @Test func aFileOfFormat2IsReadAsWell() async throws {
        var random = RandomTelemetry(seed: 5)
        let store = try SegmentStore.writing(folder)
        _ = try await store.append(random.traces().protobuf(), of: .traces)
        _ = try await store.append(random.logs().protobuf(), of: .logs)
        _ = try await store.append(random.metrics().protobuf(), of: .metrics)
        try await store.seal()
        let records = try await StoredRecords(exportedBy: store)
        try await store.close()
        let name = try #require(folder.segments.first { $0.hasSuffix("-001.sqlite") })
        try folder.write(try folder.bytes(of: name), to: "old.sqlite")
        try StoredParts(folder.path + "/old.sqlite").makeOld()
        let old = try SegmentStore.open(reading: folder.path + "/old.sqlite")
        #expect(try await StoredRecords(exportedBy: old) == records)
        #expect(records.count > 0)
        #expect(try SegmentStore.verify(folder.path + "/old.sqlite").damages.isEmpty)
    }
}

/// The parts of a segment's blocks, to be changed below all checksums.
///
/// Source: Documentation/Formats/block.md.
private struct StoredParts {
    private let database: DatabaseQueue

    init(_ path: String) throws {
        database = try DatabaseQueue(path: path)
    }

    /// Makes a file of format 2: its directories are long, and it has no texts by length.
    func makeOld() throws {
        try database.write { database in
            for id in try Int64.fetchAll(database, sql: "SELECT id FROM parts ORDER BY id") {
                let stored = try Data.fetchOne(database, sql: "SELECT bytes FROM parts WHERE id = ?", arguments: [id])
                let part = try ColumnFrames([UInt8](try #require(stored).dropLast(Checksum.byteCount)))
                try replace(id, with: part.encoded(isShort: false), database)
            }
            try database.execute(sql: "PRAGMA user_version = 2")
        }
        try database.close()
    }

    private func replace(_ id: Int64, with bytes: [UInt8], _ database: Database) throws {
        let checksum = bytes.withUnsafeBytes { Checksum.of($0, at: id) }
        let sealed = Data(bytes) + withUnsafeBytes(of: checksum.littleEndian) { Data($0) }
        try database.execute(sql: "UPDATE parts SET bytes = ? WHERE id = ?", arguments: [sealed, id])
    }

    /// Changes bytes of one or two columns of one part.
    func change(_ generator: inout SplitMix64) throws {
        var random = generator
        defer { generator = random }
        try database.write { database in
            let ids = try Int64.fetchAll(database, sql: "SELECT id FROM parts ORDER BY id")
            let id = ids[Int(random.next() % UInt64(ids.count))]
            let stored = try #require(
                try Data.fetchOne(database, sql: "SELECT bytes FROM parts WHERE id = ?", arguments: [id]))
            var part = try ColumnFrames([UInt8](stored.dropLast(Checksum.byteCount)))
            part.change(&random)
            try replace(id, with: part.encoded(isShort: random.next() % 2 == 0), database)
        }
        try database.close()
    }
}

/// A part, inflated: its directory of columns, and its frames.
private struct ColumnFrames {
    /// Of each column its number, frame, offset and length, as a long directory has them.
    private var directory: [UInt64] = []
    private var frames: [[UInt8]] = []

    init(_ bytes: [UInt8]) throws {
        var position = 0
        func varint() -> UInt64 {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while true {
                let byte = bytes[position]
                position += 1
                value |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return value }
                shift += 7
            }
        }
        try #require(bytes.starts(with: [0, 0]))
        position = 2
        var column: UInt64 = 0
        var ownFrames: UInt64 = 0
        var sharedBytes: UInt64 = 0
        for _ in 0..<varint() {
            let step = varint()
            column &+= step >> 1 ^ (0 &- step & 1)
            let length = varint()
            if length & 1 != 0 {
                directory += [column, 0, sharedBytes, length >> 1]
                sharedBytes += length >> 1
            } else {
                ownFrames += 1
                directory += [column, ownFrames, 0, length >> 1]
            }
        }
        let lengths = (0...ownFrames).map { _ in Int(varint()) }
        for length in lengths {
            let frame = Array(bytes[position..<position + length])
            position += length
            let size = Int(ZSTD_getFrameContentSize(frame, frame.count))
            frames.append(
                [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                    count = ZSTD_decompress(buffer.baseAddress, size, frame, frame.count)
                })
        }
    }

    /// Flips a bit, writes the largest or the least byte, or a huge number over some bytes; sometimes in the directory.
    mutating func change(_ random: inout SplitMix64) {
        for _ in 0...random.next() % 2 {
            if random.next() % 8 == 0, !directory.isEmpty {
                let place = Int(random.next() % UInt64(directory.count))
                directory[place] = [0, 1, 200, 1 << 31, 1 << 63, .max][Int(random.next() % 6)]
                continue
            }
            let filled = frames.indices.filter { !frames[$0].isEmpty }
            guard !filled.isEmpty else { return }
            let frame = filled[Int(random.next() % UInt64(filled.count))]
            let place = Int(random.next() % UInt64(frames[frame].count))
            switch random.next() % 4 {
            case 0: frames[frame][place] ^= 1 << UInt8(random.next() % 8)
            case 1: frames[frame][place] = 0xFF
            case 2: frames[frame][place] = 0
            default:
                let huge: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]
                let end = min(place + huge.count, frames[frame].count)
                frames[frame].replaceSubrange(place..<end, with: huge)
            }
        }
    }

    func encoded(isShort: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        func append(_ value: UInt64) {
            var value = value
            while value >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
                value >>= 7
            }
            bytes.append(UInt8(value))
        }
        if isShort {
            bytes = [0, 0]
            append(UInt64(directory.count / 4))
            var previous: UInt64 = 0
            for place in stride(from: 0, to: directory.count, by: 4) {
                let step = Int64(bitPattern: directory[place] &- previous)
                append(UInt64(bitPattern: step << 1 ^ step >> 63))
                append(directory[place + 3] << 1 | (directory[place + 1] == 0 ? 1 : 0))
                previous = directory[place]
            }
        } else {
            append(UInt64(directory.count / 4))
            for number in directory { append(number) }
        }
        let compressed = frames.map { frame in
            [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(frame.count)) { buffer, count in
                count = ZSTD_compress(buffer.baseAddress, buffer.count, frame, frame.count, 1)
            }
        }
        if !isShort { append(UInt64(compressed.count)) }
        for frame in compressed { append(UInt64(frame.count)) }
        return bytes + compressed.flatMap { $0 }
    }
}

import Foundation
import OTLP
import SegmentStore
import Synchronization
import TelemetryStore
import Testing

/// What is kept, for how long, and in how many bytes.
@Suite struct RetentionTests {
    let folder = TemporaryFolder()
    let events = RecordedEvents()
    /// Nanoseconds since the epoch, moved by the tests.
    let clock = Clock()

    private static let day = Duration.seconds(86_400)

    private func open(_ retention: Retention, segmentBytesMax: Int = 64 << 20) throws -> SegmentStore {
        let clock = clock
        return try SegmentStore.open(
            writing: folder.path,
            options: .init(
                flushInterval: .seconds(3_600), segmentBytesMax: segmentBytesMax, retention: retention,
                observe: events.take, now: { clock.now }))
    }

    private func span(_ trace: UInt64, at time: UInt64, seconds: Double = 0.1, isError: Bool = false) -> Span {
        Span(
            traceID: TraceID(high: 7, low: trace), spanID: SpanID(trace), name: "work", startTimeUnixNano: time,
            endTimeUnixNano: time &+ UInt64(seconds * 1e9),
            status: isError ? Span.Status(code: .error, message: "") : nil)
    }

    private func traces(_ store: SegmentStore) async throws -> Set<UInt64> {
        Set(try await store.allSpans().map(\.traceID.low))
    }

    @Test func aSegmentGoesWhenAllOfItIsOlderThanTheAge() async throws {
        let store = try open(Retention(age: RetentionTests.day))
        _ = try await store.append(TracesData([span(1, at: clock.now)]).protobuf(), of: .traces)
        try await store.seal()
        clock.advance(.seconds(80_000))
        _ = try await store.append(TracesData([span(2, at: clock.now)]).protobuf(), of: .traces)
        try await store.seal()
        #expect(try await traces(store) == [1, 2])
        clock.advance(.seconds(7_000))
        try await store.seal()
        #expect(try await traces(store) == [2])
        #expect(events.retired == 1)
        try await store.close()
    }

    @Test func errorsAndSlowTracesStayLongerAndOfTheRestASample() async throws {
        let store = try open(
            Retention(
                age: .seconds(60 * 86_400),
                rules: [
                    .init(.errors, age: .seconds(30 * 86_400)),
                    .init(.slowerThan(.seconds(2)), age: .seconds(30 * 86_400)),
                    .init(.all, age: .seconds(7 * 86_400), sampleAfterwards: 0.05),
                ]))
        var spans = (1...2_000).map { span(UInt64($0), at: clock.now) }
        spans.append(span(5_001, at: clock.now, isError: true))
        spans.append(span(5_002, at: clock.now, seconds: 2.5))
        // An error anywhere in a trace keeps all of it.
        var child = span(5_001, at: clock.now)
        child.spanID = SpanID(9)
        spans.append(child)
        let logs = LogsData([
            LogRecord(timeUnixNano: clock.now, body: "of an error", traceID: TraceID(high: 7, low: 5_001)),
            LogRecord(timeUnixNano: clock.now, body: "of a fast one", traceID: TraceID(high: 7, low: 1)),
        ])
        _ = try await store.append(TracesData(spans).protobuf(), of: .traces)
        _ = try await store.append(logs.protobuf(), of: .logs)
        try await store.seal()
        #expect(try await store.allSpans().count == spans.count)

        clock.advance(.seconds(8 * 86_400))
        try await store.seal()
        let kept = try await traces(store)
        #expect(kept.isSuperset(of: [5_001, 5_002]))
        #expect((60...145).contains(kept.count), "5 % of 2,000 and two: \(kept.count)")
        #expect(try await store.records(of: [TraceID(high: 7, low: 5_001)]).logs.records.count == 1)
        #expect(try await store.records(of: [TraceID(high: 7, low: 5_001)]).traces.spans.count == 2)
        let generation = folder.segments.count { $0.hasSuffix("-002.sqlite") }
        #expect(generation == 1, "the segment was written anew: \(folder.segments)")
        // It is not written again until the next age has passed.
        try await store.seal()
        #expect(folder.segments.count { $0.hasSuffix("-002.sqlite") } == 1)
        #expect(try await traces(store) == kept)

        clock.advance(.seconds(25 * 86_400))
        try await store.seal()
        #expect(try await traces(store) == kept.subtracting([5_001, 5_002]), "the same sample stays")
        #expect(events.failures.isEmpty)
        try await store.close()
    }

    @Test func recordsWithoutATraceGoOneByOneInNoOthersCompany() async throws {
        let store = try open(Retention(age: RetentionTests.day, rules: [.init(.errors, age: .seconds(9 * 86_400))]))
        let old = LogRecord(timeUnixNano: clock.now, body: "old")
        _ = try await store.append(LogsData([old]).protobuf(), of: .logs)
        _ = try await store.append(TracesData([span(1, at: clock.now, isError: true)]).protobuf(), of: .traces)
        try await store.seal()
        clock.advance(.seconds(2 * 86_400))
        let new = LogRecord(timeUnixNano: clock.now, body: "new")
        _ = try await store.append(LogsData([new]).protobuf(), of: .logs)
        try await store.seal()
        #expect(try await store.logs(LogSearch(RecordFilter())).records.map(\.record) == [new])
        #expect(try await traces(store) == [1])
        try await store.close()
    }

    @Test(arguments: [UInt64(0), 1, 86_400_000_000_000, 9_214_646_400_000_000_000, .max])
    func aNonsensicalTimeIsAsOldAsItsArrival(time: UInt64) async throws {
        // Segments of the writer's own making remember when their records came; those tests run today.
        clock.set(WallClock.now())
        let store = try open(Retention(age: RetentionTests.day))
        _ = try await store.append(
            TracesData([span(1, at: time), span(2, at: clock.now)]).protobuf(), of: .traces)
        try await store.seal()
        try await store.seal()
        #expect(try await traces(store) == [1, 2], "nothing goes too soon")
        #expect(folder.segments.count <= 3)
        clock.advance(.seconds(86_400 - 3_600))
        try await store.seal()
        #expect(try await traces(store) == [1, 2])
        clock.advance(.seconds(2 * 3_600))
        try await store.seal()
        #expect(try await traces(store).isEmpty, "nothing stays for ever")
        try await store.close()
    }

    @Test func aThousandSpansOfAThousandYearsMakeOneSegment() async throws {
        let store = try SegmentStore.writing(folder)
        for number in UInt64(1)...1_000 {
            _ = try await store.append(
                TracesData([span(number, at: number &* 31_536_000_000_000_000)]).protobuf(), of: .traces)
        }
        try await store.seal()
        #expect(folder.segments.count == 2)
        #expect(try await store.allSpans().count == 1_000)
        try await store.close()
    }

    @Test func lateSpansOfASealedTraceAreFoundWithTheRest() async throws {
        let store = try SegmentStore.writing(folder)
        for number in UInt64(1)...6 {
            _ = try await store.append(
                TracesData([.sample(trace: 1, span: number, requestID: "r-1")]).protobuf(), of: .traces)
            if number == 4 { try await store.flush() }
            if number == 2 || number == 5 { try await store.seal() }
        }
        let found = try await store.records(of: [TraceID(high: 7, low: 1)])
        #expect(found.traces.spans.map(\.spanID.value).sorted() == Array(1...6))
        try await store.close()
        let reader = try SegmentStore.open(reading: folder.path)
        #expect(try await reader.records(of: [TraceID(high: 7, low: 1)]).traces.spans.count == 6)
    }

    // MARK: Bytes

    /// Sends until so many bodies were taken; what is refused is sent again after a flush, as a client would.
    private func send(_ count: Int, to store: SegmentStore, bytesMax: Int) async throws -> (refused: Int, largest: Int)
    {
        var refused = 0
        var largest = folder.byteCount
        for number in 0..<count {
            var generator = SystemRandomNumberGenerator()
            let spans = (0..<20).map { index in
                var made = span(UInt64(number * 20 + index + 1), at: clock.now)
                let noise = (0..<40).map { _ in String(generator.next(), radix: 36) }.joined()
                made.attributes = [Attribute("noise", .string(noise))]
                return made
            }
            do throws(StoreError) {
                _ = try await store.append(TracesData(spans).protobuf(), of: .traces)
            } catch {
                guard error.code == .full else { throw error }
                refused += 1
                try await store.seal()
            }
            if number % 25 == 0 { try await store.flush() }
            if number % 90 == 0 { try await store.seal() }
            largest = max(largest, folder.byteCount)
        }
        return (refused, largest)
    }

    @Test func theBytesAreNeverExceededAndTheOldestGoFirst() async throws {
        let bytesMax = 4 << 20
        let store = try open(Retention(bytesMax: bytesMax))
        let watching = Task { [folder] in
            var largest = 0
            while !Task.isCancelled {
                largest = max(largest, folder.byteCount)
                await Task.yield()
            }
            return largest
        }
        let (_, largest) = try await send(600, to: store, bytesMax: bytesMax)
        watching.cancel()
        let watched = await watching.value
        #expect(largest <= bytesMax)
        #expect(watched <= bytesMax, "\(watched) of \(bytesMax) bytes")
        #expect(events.retired > 0)
        #expect(events.failures.isEmpty)
        let kept = try await traces(store)
        #expect(kept.contains(12_000), "the newest is there")
        #expect(!kept.contains(1), "the oldest has gone")
        try await store.close()
    }

    @Test func aFolderThatIsTooLargeFitsOnceItIsOpen() async throws {
        let store = try open(Retention(), segmentBytesMax: 64 << 20)
        for _ in 0..<6 {
            _ = try await send(60, to: store, bytesMax: .max)
            try await store.seal()
        }
        try await store.close()
        let bytesMax = folder.byteCount / 2
        let reopened = try open(Retention(bytesMax: bytesMax))
        #expect(folder.byteCount <= bytesMax)
        #expect(try await traces(reopened).count > 0)
        try await reopened.close()
    }
}

/// A time of day that a test moves.
final class Clock: Sendable {
    private let time = Mutex<UInt64>(1_800_000_000_000_000_000)

    var now: UInt64 { time.withLock { $0 } }

    func set(_ now: UInt64) { time.withLock { $0 = now } }

    func advance(_ duration: Duration) {
        time.withLock { $0 += UInt64(duration.components.seconds) * 1_000_000_000 }
    }
}

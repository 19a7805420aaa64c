import Foundation
import OTLP
import SegmentStore
import TelemetryStore
import Testing

/// What holds for every store, whoever keeps the records.
@Suite struct StoreContractTests {
    /// The stores that the contract is for: what takes records, and what is asked.
    enum Kind: CaseIterable {
        /// Written and read by one process.
        case segmentStore
        /// Written by one process and read by another, which has the folder alone.
        case folderOfSegments
    }

    private final class Stores {
        let path = NSTemporaryDirectory() + "store-contract-" + UUID().uuidString
        let written: SegmentStore
        let asked: any TelemetryStore

        init(_ kind: Kind) throws {
            written = try SegmentStore.open(writing: path, options: .init(flushInterval: .seconds(3_600)))
            asked =
                switch kind {
                case .segmentStore: written
                case .folderOfSegments: try SegmentStore.open(reading: path)
                }
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private func span(_ trace: UInt64, _ span: UInt64, _ change: (inout Span) -> Void = { _ in }) -> Span {
        var made = Span(
            traceID: TraceID(high: 1, low: trace), spanID: SpanID(span), name: "work \(span % 3)", kind: .server,
            startTimeUnixNano: 1_700_000_000_000_000_000 + span * 1_000,
            endTimeUnixNano: 1_700_000_000_000_900_000 + span)
        change(&made)
        return made
    }

    private func body(_ spans: [Span], service: String = "edge") -> [UInt8] {
        TracesData(resourceSpans: [
            ResourceSpans(
                resource: Resource(attributes: [Attribute("service.name", .string(service))]),
                scopeSpans: [ScopeSpans(scope: nil, spans: spans)])
        ]).protobuf()
    }

    private func body(_ records: [LogRecord]) -> [UInt8] {
        LogsData(resourceLogs: [ResourceLogs(resource: nil, scopeLogs: [ScopeLogs(scope: nil, logRecords: records)])])
            .protobuf()
    }

    @Test(arguments: Kind.allCases)
    func whatWasAckedIsSeenByTheNextQuery(kind: Kind) async throws {
        let stores = try Stores(kind)
        for number in UInt64(1)...10 {
            let sent = span(number % 3 + 1, number)
            let result = try await stores.written.append(body([sent]), of: .traces)
            #expect(result == AppendResult(acceptedCount: 1))
            let found = try await stores.asked.records(of: [sent.traceID])
            #expect(found.traces.resourceSpans.flatMap(\.scopeSpans).flatMap(\.spans).contains(sent))
            #expect(try await stores.asked.spans(SpanSearch(RecordFilter(), limit: 1)).records.first?.record == sent)
            if number == 4 { try await stores.written.flush() }
            if number == 7 { try await stores.written.seal() }
        }
        try await stores.written.close()
    }

    @Test(arguments: Kind.allCases)
    func aMalformedBodyIsRefusedAsAWhole(kind: Kind) async throws {
        let stores = try Stores(kind)
        let error = await #expect(throws: StoreError.self) {
            try await stores.written.append(body([span(1, 1)]).dropLast(), of: .traces)
        }
        #expect(error?.code == .malformed)
        #expect(error?.isRetryable == false)
        #expect(try await stores.asked.records(of: [TraceID(high: 1, low: 1)]).isEmpty)
        try await stores.written.close()
    }

    @Test(arguments: Kind.allCases)
    func aTraceHasItsLogsAndNobodyElses(kind: Kind) async throws {
        let stores = try Stores(kind)
        let records = (UInt64(1)...6).map { number in
            LogRecord(
                timeUnixNano: 1_700_000_000_000_000_000 + number, body: .string("line \(number)"),
                traceID: number == 6 ? .zero : TraceID(high: 1, low: number % 2 + 1), spanID: SpanID(number))
        }
        _ = try await stores.written.append(body([span(1, 1), span(2, 2)]), of: .traces)
        _ = try await stores.written.append(body(records), of: .logs)
        for stage in 0..<3 {
            let found = try await stores.asked.records(of: [TraceID(high: 1, low: 1)])
            let logs = found.logs.resourceLogs.flatMap(\.scopeLogs).flatMap(\.logRecords)
            #expect(Set(logs) == Set(records.filter { $0.traceID.low == 1 }), "stage \(stage)")
            #expect(try await stores.asked.records(of: [TraceID(high: 9, low: 9)]).isEmpty)
            #expect(try await stores.asked.records(of: []).isEmpty)
            if stage == 0 { try await stores.written.flush() } else { try await stores.written.seal() }
        }
        try await stores.written.close()
    }

    @Test(arguments: Kind.allCases)
    func aSpanThatWasSentAgainIsThereOnceAndExportedTwice(kind: Kind) async throws {
        let stores = try Stores(kind)
        for stage in 0..<3 {
            if stage < 2 { _ = try await stores.written.append(body([span(1, 1)]), of: .traces) }
            if stage == 1 { try await stores.written.seal() }
            let found = try await stores.asked.records(of: [TraceID(high: 1, low: 1)])
            #expect(found.traces.resourceSpans.flatMap(\.scopeSpans).flatMap(\.spans).count == 1)
            #expect(try await stores.asked.spans(SpanSearch(RecordFilter())).records.count == 1)
        }
        var exported = 0
        try await stores.asked.export(.traces) { batch in
            if case .traces(let data) = batch {
                exported += data.resourceSpans.flatMap(\.scopeSpans).flatMap(\.spans).count
            }
        }
        #expect(exported == 2)
        try await stores.written.close()
    }

    @Test(arguments: Kind.allCases)
    func correlationsComeInOrderAndNoMoreThanAskedFor(kind: Kind) async throws {
        let stores = try Stores(kind)
        for number in UInt64(1)...9 {
            let sent = span(number, number) {
                $0.attributes = [Attribute("request.id", .string("request-\(10 - number)"))]
            }
            _ = try await stores.written.append(body([sent]), of: .traces)
        }
        for stage in 0..<3 {
            let all = try await stores.asked.correlations(.prefix("request-"), limit: 100)
            #expect(all.map(\.value) == (1...9).map { "request-\($0)" }, "stage \(stage)")
            #expect(all.map(\.traceID.low) == (1...9).reversed(), "stage \(stage)")
            #expect(try await stores.asked.correlations(.prefix("request-"), limit: 4).count == 4)
            #expect(try await stores.asked.correlations(.exactly("request-3"), limit: 9).map(\.traceID.low) == [7])
            #expect(try await stores.asked.correlations(.key(.requestID, "request-3"), limit: 9).count == 1)
            #expect(try await stores.asked.correlations(.key(.invocationID, "request-3"), limit: 9).isEmpty)
            if stage == 0 { try await stores.written.flush() } else { try await stores.written.seal() }
        }
        try await stores.written.close()
    }

    @Test(arguments: Kind.allCases)
    func pagesFollowEachOtherWithoutGapOrRepetitionWhileRecordsMove(kind: Kind) async throws {
        let stores = try Stores(kind)
        // Ten spans share each start.
        let sent = (UInt64(1)...60).map { number in
            span(1, number) { $0.startTimeUnixNano = 1_700_000_000_000_000_000 + number / 10 }
        }
        _ = try await stores.written.append(body(sent), of: .traces)
        var found: [Span] = []
        var after: SearchCursor?
        repeat {
            let page = try await stores.asked.spans(SpanSearch(RecordFilter(), limit: 7, after: after))
            found += page.records.map(\.record)
            after = page.next
            if found.count == 14 { try await stores.written.flush() }
            if found.count == 28 { try await stores.written.seal() }
        } while after != nil
        #expect(found.count == 60)
        #expect(Set(found) == Set(sent))
        #expect(SearchCursor("1f-ff") == SearchCursor(time: 31, tie: 255))
        try await stores.written.close()
    }

    @Test(arguments: Kind.allCases)
    func countsAddUpAcrossAllThatIsStored(kind: Kind) async throws {
        let stores = try Stores(kind)
        for (number, service) in ["edge", "tutor", "edge"].enumerated() {
            let spans = (1...10).map { index in
                span(1, UInt64(number * 10 + index)) { if index == 1 { $0.status = .init(code: .error, message: "") } }
            }
            _ = try await stores.written.append(body(spans, service: service), of: .traces)
            if number == 0 { try await stores.written.seal() }
        }
        let rows = try await stores.asked.aggregate(Aggregation(.traces, groupBy: [.service]))
        #expect(rows.map(\.key) == [["edge"], ["tutor"]])
        #expect(rows.map(\.count) == [20, 10])
        #expect(rows.map(\.errorCount) == [2, 1])
        #expect(rows.map(\.durations.count) == [20, 10])
        try await stores.written.close()
    }
}

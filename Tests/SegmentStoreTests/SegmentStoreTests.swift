import Foundation
import OTLP
import SegmentStore
import TelemetryStore
import Testing

@Suite struct SegmentStoreTests {
    let folder = TemporaryFolder()

    @Test func whatWasAppendedIsReadBeforeAndAfterTheFlushAndAfterReopening() async throws {
        let sent = TracesData(
            (1...50).map { .sample(trace: $0 % 3, span: $0, parent: $0 / 2, requestID: "r-\($0 % 3)") })
        let store = try SegmentStore.writing(folder)
        let result = try await store.append(sent.protobuf(), of: .traces)
        #expect(result == AppendResult(acceptedCount: 50))
        for stage in ["inbox", "block"] {
            for trace in UInt64(0)...2 {
                let found = try await store.records(of: [TraceID(high: 7, low: trace)])
                #expect(Set(found.traces.spans) == Set(sent.spans.filter { $0.traceID.low == trace }), "\(stage)")
                #expect(found.traces.resourceSpans.first?.resource == sent.resourceSpans[0].resource)
            }
            try await store.flush()
        }
        try await store.close()
        let reopened = try SegmentStore.open(reading: folder.path)
        #expect(Set(try await reopened.allSpans()) == Set(sent.spans))
    }

    @Test func bodiesThatComeFasterThanTheyAreFlushedAllStay() async throws {
        let store = try SegmentStore.writing(folder)
        // Together more than the store keeps in memory for the flush, however well they compress.
        let text = String(repeating: "0123456789abcdef", count: 6_250)
        let bodies = (UInt64(0)..<20).map { body in
            TracesData(
                (UInt64(1)...30).map { number in
                    Span(
                        traceID: TraceID(high: 7, low: body), spanID: SpanID(body << 8 | number), name: "upload",
                        startTimeUnixNano: number, endTimeUnixNano: number + 1,
                        attributes: [Attribute("part", .string(text + String(number)))])
                })
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for body in bodies {
                group.addTask { _ = try await store.append(body.protobuf(), of: .traces) }
            }
            try await group.waitForAll()
        }
        try await store.flush()
        #expect(Set(try await store.allSpans()) == Set(bodies.flatMap(\.spans)))
        #expect(store.size().inboxBytes == 0)
        try await store.close()
    }

    @Test func anotherReaderSeesEveryAckedRecordWhileTheWriterRuns() async throws {
        let store = try SegmentStore.writing(folder)
        _ = try await store.append(TracesData([.sample(trace: 1, span: 1)]).protobuf(), of: .traces)
        try await store.flush()
        let reader = try SegmentStore.open(reading: folder.path)
        for span in UInt64(2)...20 {
            _ = try await store.append(TracesData([.sample(trace: 1, span: span)]).protobuf(), of: .traces)
            #expect(try await reader.records(of: [TraceID(high: 7, low: 1)]).traces.spans.count == Int(span))
        }
        try await store.close()
    }

    @Test func logsComeBackInOrderWithTheirBodies() async throws {
        let bodies: [AttributeValue?] = ["text", nil, .empty, .map([Attribute("a", 1)]), .double(.infinity), ""]
        let sent = bodies.enumerated().map { index, body in
            LogRecord(
                timeUnixNano: UInt64(index) * 10, observedTimeUnixNano: index == 3 ? 0 : 5, severityNumber: .warn,
                severityText: "WARN", body: body, attributes: [Attribute("n", .int(Int64(index)))],
                droppedAttributesCount: 1, flags: 1, traceID: TraceID(high: 7, low: 1),
                spanID: SpanID(UInt64(index / 2)),
                eventName: "e")
        }
        let store = try SegmentStore.writing(folder)
        _ = try await store.append(LogsData(sent).protobuf(), of: .logs)
        try await store.flush()
        #expect(try await store.records(of: [TraceID(high: 7, low: 1)]).logs.records == sent)
        try await store.close()
    }

    @Test func metricsComeBackEqual() async throws {
        var point = NumberDataPoint()
        point.value = .int(-3)
        point.attributes = [Attribute("faas.name", "tutor")]
        let metric = Metric(name: "faas.invocations", unit: "{invocation}", data: .gauge([point]))
        let sent = MetricsData(resourceMetrics: [
            ResourceMetrics(resource: nil, scopeMetrics: [ScopeMetrics(scope: nil, metrics: [metric])], schemaURL: "s")
        ])
        let store = try SegmentStore.writing(folder)
        _ = try await store.append(sent.protobuf(), of: .metrics)
        try await store.flush()
        var received: [ExportBatch] = []
        try await store.export(.metrics) { received.append($0) }
        #expect(received == [.metrics(sent)])
        try await store.close()
    }

    @Test func aSpanThatWasSentAgainIsShownOnce() async throws {
        let store = try SegmentStore.writing(folder)
        let body = TracesData([.sample(trace: 1, span: 1)]).protobuf()
        _ = try await store.append(body, of: .traces)
        try await store.flush()
        _ = try await store.append(body, of: .traces)
        #expect(try await store.records(of: [TraceID(high: 7, low: 1)]).traces.spans.count == 1)
        #expect(try await store.allSpans().count == 2)
        try await store.close()
    }

    @Test func aRecordThatCannotBeTakenLeavesItsNeighbours() async throws {
        let store = try SegmentStore.writing(folder)
        let sent = TracesData([.sample(trace: 1, span: 1), .sample(trace: 0, span: 0), .sample(trace: 1, span: 3)])
        let result = try await store.append(sent.protobuf(), of: .traces)
        #expect(result.acceptedCount == 2)
        #expect(result.rejectedCount == 1)
        #expect(result.firstRejection == "span 1: span_id is missing or zero")
        try await store.flush()
        #expect(try await store.allSpans().map(\.spanID.value) == [1, 3])
        try await store.close()
    }

    @Test func malformedBytesAreRefusedAndNothingIsStored() async throws {
        let store = try SegmentStore.writing(folder)
        let body = TracesData([.sample(trace: 1, span: 1)]).protobuf()
        let error = await #expect(throws: StoreError.self) { try await store.append(body.dropLast(), of: .traces) }
        #expect(error?.code == .malformed)
        #expect(try await store.allSpans().isEmpty)
        try await store.close()
    }

    @Test func aSecondWriterIsRefusedAndTheFirstGoesOn() async throws {
        let store = try SegmentStore.writing(folder)
        let error = #expect(throws: StoreError.self) { try SegmentStore.writing(folder) }
        #expect(error?.code == .unavailable)
        _ = try await store.append(TracesData([.sample(trace: 1, span: 1)]).protobuf(), of: .traces)
        try await store.close()
    }

    @Test func aFolderWithoutSegmentsIsUnreadable() throws {
        let error = #expect(throws: StoreError.self) { try SegmentStore.open(reading: folder.path) }
        #expect(error?.code == .unreadable)
    }

    @Test func aTraceLargerThanABlockIsWhole() async throws {
        let store = try SegmentStore.writing(folder)
        let spans = (1...40_000).map { number in
            Span(
                traceID: TraceID(high: 7, low: 1), spanID: SpanID(UInt64(number)),
                parentSpanID: SpanID(UInt64(number / 2)),
                name: "n\(number % 5)", startTimeUnixNano: UInt64(number), endTimeUnixNano: 0)
        }
        _ = try await store.append(TracesData(spans).protobuf(), of: .traces)
        try await store.flush()
        #expect(try await store.records(of: [TraceID(high: 7, low: 1)]).traces.spans == spans)
        try await store.close()
    }

    @Test func appendsThatRunAtOnceAreAllThere() async throws {
        let store = try SegmentStore.writing(folder)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for span in UInt64(1)...500 {
                group.addTask {
                    _ = try await store.append(
                        TracesData([.sample(trace: span % 7, span: span)]).protobuf(), of: .traces)
                    if span % 100 == 0 { try await store.flush() }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await store.allSpans().map(\.spanID.value).sorted() == Array(1...500))
        try await store.close()
        let late = await #expect(throws: StoreError.self) {
            try await store.append(TracesData([.sample(trace: 1, span: 1)]).protobuf(), of: .traces)
        }
        #expect(late?.code == .unavailable)
    }
}

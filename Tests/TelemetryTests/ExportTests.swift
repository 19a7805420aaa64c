import OTLP
import Telemetry
import Testing
import Tracing

@Suite struct ExportTests {
    private func processor(_ exporter: RecordingExporter, waitingRecordsMax: Int = 2048) -> BatchProcessor {
        var configuration = Telemetry.Configuration(serviceName: "tested")
        configuration.resourceAttributes = ["deployment.environment.name": "test"]
        configuration.traces.waitingRecordsMax = waitingRecordsMax
        for signal in Signal.allCases { configuration[signal].interval = .seconds(3600) }
        return BatchProcessor(configuration, ExporterChoice(exporter))
    }

    private func record(_ count: Int, in processor: BatchProcessor) {
        let tracer = RecordingTracer(records: processor.spans)
        for index in 0..<count { tracer.startSpan("span \(index)", context: .topLevel).end() }
    }

    private let deadline = ContinuousClock.now + .seconds(30)

    @Test func aFlushSendsEverythingInOneRequestWithItsResource() async throws {
        let exporter = RecordingExporter()
        let processor = processor(exporter)
        record(100, in: processor)
        processor.start()
        #expect(await processor.flush(deadline: deadline))
        #expect(try exporter.spans().count == 100)
        #expect(exporter.requestCount == 1)
        let resource = try #require(try exporter.resources().first ?? nil)
        #expect(resource.serviceName == "tested")
        #expect(resource.attributes["deployment.environment.name"] == "test")
        #expect(resource.attributes["telemetry.sdk.language"] == "swift")
        _ = await processor.shutdown(deadline: deadline)
    }

    @Test func whatFindsNoRoomIsDroppedAndCounted() async throws {
        let exporter = RecordingExporter()
        let processor = processor(exporter, waitingRecordsMax: 10)
        record(25, in: processor)
        #expect(processor.droppedRecords == 15)
        processor.start()
        #expect(await processor.shutdown(deadline: deadline))
        #expect(try exporter.spans().count == 10)
    }

    @Test func aRecordLargerThanTheBufferLeavesNoTrace() async throws {
        let exporter = RecordingExporter()
        let processor = processor(exporter)
        let tracer = RecordingTracer(
            records: processor.spans, policy: ValuePolicy(.none, valueLengthMax: 10 << 20))
        tracer.withSpan("huge", context: .topLevel) { $0.attributes["text"] = String(repeating: "x", count: 5 << 20) }
        tracer.withSpan("small", context: .topLevel) { _ in }
        processor.start()
        #expect(await processor.shutdown(deadline: deadline))
        #expect(try exporter.spans().map(\.name) == ["small"])
        #expect(processor.droppedRecords == 1)
    }

    @Test func aFailedExportIsSentAgainAtTheEnd() async throws {
        let exporter = RecordingExporter([.retry(after: .seconds(3600), reason: "busy")])
        let processor = processor(exporter)
        record(3, in: processor)
        processor.start()
        #expect(await processor.flush(deadline: deadline) == false)
        record(2, in: processor)
        // The collector has asked for peace: nobody waits, and nothing is sent.
        #expect(await processor.flush(deadline: deadline) == false)
        #expect(exporter.requestCount == 1)
        #expect(await processor.shutdown(deadline: deadline))
        #expect(exporter.requestCount == 3)
        #expect(try exporter.spans().count == 3 + 3 + 2)
        #expect(processor.droppedRecords == 0)
    }

    @Test func aRefusedExportAndRejectedRecordsAreCounted() async throws {
        let exporter = RecordingExporter([.refused(reason: "400"), .delivered(rejected: 2)])
        let processor = processor(exporter)
        record(3, in: processor)
        processor.start()
        #expect(await processor.flush(deadline: deadline))
        #expect(processor.droppedRecords == 3)
        record(5, in: processor)
        #expect(await processor.shutdown(deadline: deadline))
        #expect(processor.droppedRecords == 5)
    }

    @Test func recordsAfterTheEndAreDroppedAndAFlushThenReturns() async {
        let processor = processor(RecordingExporter())
        processor.start()
        _ = await processor.shutdown(deadline: deadline)
        record(1, in: processor)
        #expect(processor.droppedRecords == 1)
        _ = await processor.flush(deadline: deadline)
    }

    @Test func aFlushToNowhereReturnsAtItsDeadline() async {
        // A listener that accepts and never answers is the worst neighbour: this one does not even accept.
        var configuration = Telemetry.Configuration(
            serviceName: "tested", endpoint: Telemetry.Endpoint("http://192.0.2.1:4318"))
        for signal in Signal.allCases { configuration[signal].interval = .seconds(3600) }
        let processor = BatchProcessor(configuration)
        record(1, in: processor)
        processor.start()
        let start = ContinuousClock.now
        // Long enough for the worker to begin, on the busiest of machines.
        #expect(await processor.flush(deadline: start + .seconds(2)) == false)
        // It costs its time once: later ones return at once.
        let again = ContinuousClock.now
        #expect(await processor.flush(deadline: again + .seconds(30)) == false)
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", true),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 204, "", true),
        ("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 503, "", false),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", 200, "abcde",
            true
        ),
    ])
    func anAnswerIsReadHoweverItArrives(text: String, status: Int, body: String, keepsConnection: Bool) {
        let bytes = Array(text.utf8)
        for end in 0..<bytes.count {
            #expect(HTTPResponse.parse(Array(bytes[..<end]), isComplete: false) == .needsMore)
        }
        guard case .response(let response) = HTTPResponse.parse(bytes, isComplete: false) else {
            Issue.record("no response in \(text)")
            return
        }
        #expect(response.status == status)
        #expect(response.body == Array(body.utf8))
        #expect(response.keepsConnection == keepsConnection)
        #expect(response.retryAfter == (status == 503 ? .seconds(7) : nil))
    }

    @Test(arguments: [
        "SSH-2.0-x\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n",
    ])
    func whatIsNotHTTPIsMalformed(text: String) {
        #expect(HTTPResponse.parse(Array(text.utf8), isComplete: false) == .malformed)
    }
}

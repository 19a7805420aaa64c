import OTLP
import Telemetry
import Testing
import Tracing

@Suite struct ExportTests {
    private func pipeline(_ exporter: RecordingExporter, waitingRecordsMax: Int = 2048) -> ExportPipeline {
        var configuration = Telemetry.Configuration(serviceName: "tested")
        configuration.resourceAttributes = ["deployment.environment.name": "test"]
        configuration.waitingRecordsMax = waitingRecordsMax
        configuration.exportInterval = .seconds(3600)
        return ExportPipeline(configuration, exporter: exporter)
    }

    private func record(_ count: Int, in pipeline: ExportPipeline) {
        let tracer = RecordingTracer(records: pipeline.spans)
        for index in 0..<count { tracer.startSpan("span \(index)", context: .topLevel).end() }
    }

    private let deadline = ContinuousClock.now + .seconds(30)

    @Test func aFlushSendsEverythingInOneRequestWithItsResource() async throws {
        let exporter = RecordingExporter()
        let pipeline = pipeline(exporter)
        record(100, in: pipeline)
        pipeline.start()
        #expect(await pipeline.flush(deadline: deadline))
        #expect(try exporter.spans().count == 100)
        #expect(exporter.requestCount == 1)
        let resource = try #require(try exporter.resources().first ?? nil)
        #expect(resource.serviceName == "tested")
        #expect(resource.attributes["deployment.environment.name"] == "test")
        #expect(resource.attributes["telemetry.sdk.language"] == "swift")
        _ = await pipeline.shutdown(deadline: deadline)
    }

    @Test func whatFindsNoRoomIsDroppedAndCounted() async throws {
        let exporter = RecordingExporter()
        let pipeline = pipeline(exporter, waitingRecordsMax: 10)
        record(25, in: pipeline)
        #expect(pipeline.droppedRecords == 15)
        pipeline.start()
        #expect(await pipeline.shutdown(deadline: deadline))
        #expect(try exporter.spans().count == 10)
    }

    @Test func aRecordLargerThanTheBufferLeavesNoTrace() async throws {
        let exporter = RecordingExporter()
        let pipeline = pipeline(exporter)
        let tracer = RecordingTracer(records: pipeline.spans)
        tracer.withSpan("huge", context: .topLevel) { $0.attributes["text"] = String(repeating: "x", count: 5 << 20) }
        tracer.withSpan("small", context: .topLevel) { _ in }
        pipeline.start()
        #expect(await pipeline.shutdown(deadline: deadline))
        #expect(try exporter.spans().map(\.name) == ["small"])
        #expect(pipeline.droppedRecords == 1)
    }

    @Test func aFailedExportIsSentAgainByTheNextFlush() async throws {
        let exporter = RecordingExporter([.retry(after: .seconds(3600), reason: "busy")])
        let pipeline = pipeline(exporter)
        record(3, in: pipeline)
        pipeline.start()
        #expect(await pipeline.flush(deadline: deadline) == false)
        record(2, in: pipeline)
        #expect(await pipeline.flush(deadline: deadline))
        #expect(exporter.requestCount == 3)
        #expect(try exporter.spans().count == 3 + 3 + 2)
        #expect(pipeline.droppedRecords == 0)
        _ = await pipeline.shutdown(deadline: deadline)
    }

    @Test func aRefusedExportAndRejectedRecordsAreCounted() async throws {
        let exporter = RecordingExporter([.refused(reason: "400"), .delivered(rejected: 2)])
        let pipeline = pipeline(exporter)
        record(3, in: pipeline)
        pipeline.start()
        #expect(await pipeline.flush(deadline: deadline))
        #expect(pipeline.droppedRecords == 3)
        record(5, in: pipeline)
        #expect(await pipeline.shutdown(deadline: deadline))
        #expect(pipeline.droppedRecords == 5)
    }

    @Test func recordsAfterTheEndAreDroppedAndAFlushThenReturns() async {
        let pipeline = pipeline(RecordingExporter())
        pipeline.start()
        _ = await pipeline.shutdown(deadline: deadline)
        record(1, in: pipeline)
        #expect(pipeline.droppedRecords == 1)
        _ = await pipeline.flush(deadline: deadline)
    }

    @Test func aFlushToNowhereReturnsAtItsDeadline() async {
        // A listener that accepts and never answers is the worst neighbour: this one does not even accept.
        var configuration = Telemetry.Configuration(
            serviceName: "tested", endpoint: Telemetry.Endpoint("http://192.0.2.1:4318"))
        configuration.exportInterval = .seconds(3600)
        let pipeline = ExportPipeline(configuration)
        record(1, in: pipeline)
        pipeline.start()
        let start = ContinuousClock.now
        #expect(await pipeline.flush(deadline: start + .milliseconds(50)) == false)
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

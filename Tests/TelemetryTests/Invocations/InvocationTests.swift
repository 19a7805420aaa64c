import Glibc
import OTLP
import Synchronization
import Telemetry
import Testing
import Tracing

/// One call of a function, from its event to its answer.
@Suite struct InvocationTests {
    private struct Refusal: Error, CustomStringConvertible { var description: String { "not today" } }
    private static let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    private let exporter = RecordingExporter()

    /// A function on a platform that freezes it: what has been recorded has arrived when the invocation is over.
    private func function(_ variables: [String: String] = ["AWS_LAMBDA_FUNCTION_NAME": "tutor"]) -> Telemetry {
        var configuration = Telemetry.Configuration { variables[$0] }
        configuration.export(through: exporter)
        configuration.writesLogLines = false
        let telemetry = Telemetry(configuration)
        telemetry.start()
        return telemetry
    }

    private func arrived() throws -> [OTLP.Span] {
        try exporter.spans().sorted { $0.startTimeUnixNano < $1.startTimeUnixNano }
    }

    @Test func itsResultAndItsErrorPassThrough() async throws {
        let function = function()
        let result = await function.invocation(.other) { _ in 42 }
        #expect(result == 42)
        await #expect(throws: Refusal.self) { try await function.invocation(.other) { _ in throw Refusal() } }

        let spans = try arrived()
        #expect(spans.map(\.name) == ["tutor", "tutor"])
        #expect(spans[0].status == nil)
        #expect(spans[1].status?.code == .error)
        #expect(spans[1].attributes["error.type"]?.string?.hasSuffix("Refusal") == true)
        #expect(spans[1].events.first?.attributes["exception.message"] == "not today")
    }

    @Test func itContinuesItsCallersTraceAndIsCurrentInTheHandler() async throws {
        let function = function()
        let trigger = Trigger.http(
            method: "POST", path: "/lessons/7", route: "/lessons/{lesson}",
            fields: [("TraceParent", Self.parent), ("baggage", "request.id=req-42,tenant=t1")])
        await function.invocation(trigger) { invocation in
            let context = InstrumentationContext.current
            #expect(context?.spanContext?.traceID.hex == "4bf92f3577b34da6a3ce929d0e0e4736")
            #expect(context?.requestID == "req-42")
            #expect(context?.baggage["tenant"] == "t1")
            #expect(invocation.requestID == "req-42")
            #expect(RequestScope.current === invocation.scope)
        }
        let span = try #require(try arrived().first)
        #expect(span.name == "POST /lessons/{lesson}")
        #expect(span.kind == .server)
        #expect(span.parentSpanID.hex == "00f067aa0ba902b7")
        #expect(span.attributes["http.request.method"] == "POST")
        #expect(span.attributes["url.path"] == "/lessons/7")
        #expect(span.attributes["request.id"] == "req-42")
        #expect(span.attributes["faas.trigger"] == "http")
    }

    @Test func whatIsSecretInAQueryIsHidden() async throws {
        let function = function()
        let query = "lesson=7&access_token=abc&X-Amz-Signature=def&sig=ghi&api%5Fkey=jkl&flag&=x"
        await function.invocation(.http(method: "GET", path: "/", query: query)) { _ in }
        #expect(
            try arrived().first?.attributes["url.query"]
                == "lesson=7&access_token=[redacted]&X-Amz-Signature=[redacted]&sig=[redacted]&api%5Fkey=[redacted]&flag&=x"
        )
    }

    @Test func aRequestWithoutAnIDGetsOne() async throws {
        let function = function()
        let id = await function.invocation(.other) { $0.requestID }
        #expect(id.hasPrefix("req-"))
        #expect(try arrived().first?.attributes["request.id"] == .string(id))
    }

    @Test func onlyTheFirstOneIsAColdStart() async throws {
        let function = function()
        for _ in 0..<3 { await function.invocation(.other) { _ in } }
        let spans = try arrived()
        #expect(spans.map { $0.attributes["faas.coldstart"] } == [true, false, false])
        #expect(spans.map { $0.attributes["faas.init_duration"] != nil } == [true, false, false])
    }

    @Test func aProcessThatWasStartedAheadOfTimeHasNoColdStart() async throws {
        let function = function([
            "AWS_LAMBDA_FUNCTION_NAME": "tutor", "AWS_LAMBDA_INITIALIZATION_TYPE": "provisioned-concurrency",
        ])
        await function.invocation(.other) { #expect(!$0.isColdStart) }
        #expect(try arrived().first?.attributes["faas.coldstart"] == false)
    }

    @Test func itSaysHowMuchWasBegunInIt() async throws {
        let function = function()
        await function.invocation(.other) { _ in
            function.tracer.withSpan("one") { _ in function.tracer.withSpan("two") { _ in } }
        }
        let spans = try arrived()
        #expect(spans.count == 3)
        #expect(spans[0].attributes["telemetry.spans_begun"] == 3)
        #expect(spans[0].attributes["telemetry.logs_begun"] == 0)
    }

    @Test func itSaysHowMuchTimeThereWas() async throws {
        let function = function()
        await function.invocation(.other, id: "i-1", deadline: .now + .seconds(30)) { invocation in
            #expect(try! #require(invocation.remainingTime) <= .seconds(30))
        }
        await function.invocation(.other) { #expect($0.remainingTime == nil) }
        let spans = try arrived()
        let span = try #require(spans.first)
        #expect(span.attributes["faas.invocation_id"] == "i-1")
        #expect(span.attributes["faas.timeout"] == 30.0)
        guard case .double(let start)? = span.attributes["faas.remaining_time.start"],
            case .double(let end)? = span.attributes["faas.remaining_time.end"]
        else {
            Issue.record("no remaining time")
            return
        }
        #expect(29 < end && end <= start && start <= 30)
        #expect(spans.last?.attributes["faas.timeout"] == nil)
    }

    @Test(
        arguments: [(200, nil), (404, nil), (500, "500"), (503, "503")] as [(Int, String?)])
    func aStatusOf500AndAboveIsItsOwnError(status: Int, type: String?) async throws {
        let function = function()
        await function.invocation(.http(method: "GET", path: "/")) { $0.respond(status: status) }
        let span = try #require(try arrived().first)
        #expect(span.attributes["http.response.status_code"] == .int(Int64(status)))
        #expect((span.status?.code == .error) == (type != nil))
        #expect(span.attributes["error.type"]?.string == type)
    }

    // MARK: Messages

    private let first = Trigger.Message(
        id: "m-1", attributes: ["traceparent": parent, "baggage": "request.id=req-1,tenant=t1"])
    private let second = Trigger.Message(
        id: "m-2", attributes: ["traceparent": "00-80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-01"])
    private let bare = Trigger.Message(id: "m-3")

    @Test func aBatchBeginsATraceThatIsLinkedToEverySender() async throws {
        let function = function()
        await function.invocation(.messages([first, second, bare], from: "completions", system: "aws_sqs")) { _ in }
        let span = try #require(try arrived().first)
        #expect(span.kind == .consumer)
        #expect(span.name == "process completions")
        #expect(span.parentSpanID.isZero)
        #expect(span.links.map(\.spanID.hex) == ["00f067aa0ba902b7", "e457b5a2e4d86bd1"])
        #expect(span.attributes["messaging.batch.message_count"] == 3)
        // Messages of several requests: the batch belongs to none of them.
        #expect(span.attributes["request.id"]?.string?.hasPrefix("req-") == true)
        #expect(span.attributes["request.id"] != "req-1")
    }

    @Test func aBatchOfOneRequestBelongsToThatRequest() async throws {
        let function = function()
        await function.invocation(.messages([first, first], from: "completions", system: "aws_sqs")) { _ in }
        await function.invocation(.messages([first], from: "completions", system: "aws_sqs")) { _ in
            #expect(InstrumentationContext.current?.baggage["tenant"] == "t1")
        }
        let spans = try arrived()
        #expect(spans.map { $0.attributes["request.id"] } == ["req-1", "req-1"])
        #expect(spans[1].attributes["messaging.message.id"] == "m-1")
    }

    @Test func eachMessageIsWorkedOffInItsSendersName() async throws {
        let function = function()
        await function.invocation(.messages([first, second], from: "completions", system: "aws_sqs")) { invocation in
            for message in invocation.messages {
                try? await invocation.process(message) {
                    if message.id == "m-1" {
                        #expect(InstrumentationContext.current?.requestID == "req-1")
                        #expect(InstrumentationContext.current?.baggage["tenant"] == "t1")
                    } else {
                        #expect(InstrumentationContext.current?.requestID == invocation.requestID)
                        throw Refusal()
                    }
                }
            }
        }
        let spans = try arrived()
        #expect(spans.map(\.name) == ["process completions", "process completions", "process completions"])
        #expect(spans.map { $0.attributes["messaging.message.id"]?.string } == [nil, "m-1", "m-2"])
        #expect(spans.dropFirst().allSatisfy { $0.parentSpanID == spans[0].spanID && $0.traceID == spans[0].traceID })
        #expect(spans.map(\.links.count) == [2, 1, 1])
        #expect(spans.map { $0.status?.code } == [nil, nil, .error])
        #expect(spans[1].attributes["request.id"] == "req-1")
    }

    // MARK: Its end

    @Test func aHandlerThatNeverGivesWayIsEndedAndSentBeforeItsDeadline() async throws {
        let function = function()
        let deadline = ContinuousClock.now + .milliseconds(500)
        await function.invocation(.other, deadline: deadline) { _ in
            // It holds its thread until its own span has arrived: only somebody else can have ended it.
            while exporter.requestCount == 0 { sched_yield() }
        }
        let spans = try arrived()
        #expect(spans.count == 1)
        #expect(spans[0].attributes["error.type"] == "timeout")
        #expect(spans[0].status?.code == .error)
        #expect(spans[0].attributes["telemetry.spans_begun"] == 1)
    }

    @Test func aHandlerThatIsDoneInTimeIsNotTouched() async throws {
        let function = function()
        let watched = Mutex<Invocation?>(nil)
        await function.invocation(.other, deadline: .now + .seconds(60)) { invocation in
            watched.withLock { $0 = invocation }
        }
        // Ending it once more changes nothing.
        watched.withLock { $0 }?.end(throwing: Refusal())
        await function.invocation(.other) { _ in }
        let spans = try arrived()
        #expect(spans.count == 2)
        #expect(spans.allSatisfy { $0.status == nil })
    }

    @Test func whereNothingIsFrozenNobodyWaitsForAnExport() async throws {
        let function = function(["OTEL_SERVICE_NAME": "local", "OTEL_BSP_SCHEDULE_DELAY": "3600000"])
        await function.invocation(.other) { _ in }
        #expect(exporter.requestCount == 0)
        #expect(await function.shutdown())
        #expect(try arrived().map(\.name) == ["local"])
    }

    @Test func anInvocationWithoutTimeLeftDoesNotWait() async throws {
        let deadlines = Mutex<[ContinuousClock.Instant]>([])
        var configuration = Telemetry.Configuration { ["AWS_LAMBDA_FUNCTION_NAME": "tutor"][$0] }
        configuration.export(
            through: DeadlineExporter(deadlines: { deadline in deadlines.withLock { $0.append(deadline) } }))
        configuration.writesLogLines = false
        let function = Telemetry(configuration)
        function.start()
        let deadline = ContinuousClock.now + .milliseconds(150)
        await function.invocation(.other, deadline: deadline) { _ in }
        // What an export may take at the end leaves the reserve.
        for given in deadlines.withLock({ $0 }) { #expect(given <= deadline - .milliseconds(50)) }
    }

    @Test func withoutBootstrapTheHandlerRunsAndTheTraceGoesOn() async {
        let fields = [(name: "traceparent", value: Self.parent)]
        let trace = await Telemetry.invocation(.http(method: "GET", path: "/", fields: fields)) { _ in
            InstrumentationContext.current?.spanContext?.traceID.hex
        }
        #expect(trace == "4bf92f3577b34da6a3ce929d0e0e4736")
    }
}

/// Tells until when it may take.
private struct DeadlineExporter: Exporter {
    var deadlines: @Sendable (ContinuousClock.Instant) -> Void

    func export(_ request: [UInt8], of signal: Signal, deadline: ContinuousClock.Instant) -> ExportOutcome {
        deadlines(deadline)
        return .delivered(rejected: 0)
    }
}

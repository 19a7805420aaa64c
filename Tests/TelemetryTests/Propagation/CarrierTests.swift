import Telemetry
import Testing
import Tracing

@Suite struct CarrierTests {
    @Test func httpFieldsAreFoundInAnyCaseAndSeveralAreJoined() {
        let fields = [
            ("TraceParent", "a"), ("x", "y"), ("TRACESTATE", "b=1"), ("tracestate", ""), ("tracestate", "c=2"),
        ]
        let carrier = HTTPFieldCarrier()
        #expect(carrier.extract(key: "traceparent", from: fields) == "a")
        #expect(carrier.extract(key: "tracestate", from: fields) == "b=1,,c=2")
        #expect(carrier.extract(key: "baggage", from: fields) == nil)
    }

    @Test func anHTTPFieldThatIsWrittenReplacesWhatWasThere() {
        var fields = [
            (name: "TraceParent", value: "old"), (name: "x", value: "y"), (name: "traceparent", value: "older"),
        ]
        HTTPFieldCarrier().inject("new", forKey: "traceparent", into: &fields)
        #expect(fields.map(\.name) == ["x", "traceparent"])
        #expect(fields.map(\.value) == ["y", "new"])
    }

    @Test func messageAttributesAreFoundInAnyCase() {
        let carrier = MessageAttributeCarrier()
        #expect(carrier.extract(key: "traceparent", from: ["TraceParent": "a"]) == "a")
        #expect(carrier.extract(key: "traceparent", from: ["TraceParent": "a", "traceparent": "b"]) == "b")
        #expect(carrier.extract(key: "traceparent", from: [:]) == nil)
    }

    @Test(arguments: [(1024, true), (1025, false)])
    func aMessageAttributeThatABusWouldRefuseIsNotWritten(count: Int, isWritten: Bool) {
        var attributes: [String: String] = [:]
        MessageAttributeCarrier().inject(String(repeating: "x", count: count), forKey: "baggage", into: &attributes)
        #expect((attributes["baggage"] != nil) == isWritten)
    }

    @Test(
        arguments: [
            ("traceparent", "TRACEPARENT"), ("x-b3-traceid", "X_B3_TRACEID"), ("x-amzn-trace-id", "X_AMZN_TRACE_ID"),
            ("", "_"), ("1abc", "_1ABC"), ("a.b c", "A_B_C"), ("already_FINE9", "ALREADY_FINE9"), ("é", "_"),
            ("€x", "_X"),
        ])
    func aNameIsMadeFitForTheEnvironment(name: String, variable: String) {
        var environment = ["PATH": "/bin"]
        EnvironmentCarrier().inject("v", forKey: name, into: &environment)
        #expect(environment == ["PATH": "/bin", variable: "v"])
        #expect(EnvironmentCarrier().extract(key: name, from: environment) == "v")
    }

    @Test func aVariableInLowerCaseIsNotRead() {
        #expect(EnvironmentCarrier().extract(key: "traceparent", from: ["traceparent": "v"]) == nil)
    }
}

/// What is sent and what is started carry the context of the task that does it.
@Suite struct OutgoingContextTests {
    private let tracer = RecordingTracer(records: nil)

    @Test func aMessageThatIsSentInASpanLeadsBackToIt() throws {
        let (attributes, sender) = withTracer(tracer) {
            tracer.withSpan("send") { span in
                (Telemetry.messageAttributes, span.context.spanContext)
            }
        }
        let header = try #require(attributes["traceparent"])
        #expect(TraceContextPropagator.parse(parent: header)?.spanID == sender?.spanID)
    }

    @Test func aChildProcessContinuesTheTraceOfItsParent() throws {
        let (environment, parent) = withTracer(tracer) {
            tracer.withSpan("start") { span in
                (Telemetry.environment(forChild: ["PATH": "/bin"]), span.context.spanContext)
            }
        }
        #expect(environment["PATH"] == "/bin")
        let trigger = Trigger.process(environment: environment)
        #expect(trigger.kind == .other)
        let header = try #require(HTTPFieldCarrier().extract(key: "traceparent", from: trigger.fields))
        #expect(TraceContextPropagator.parse(parent: header)?.spanID == parent?.spanID)
    }

    @Test func outsideOfEverythingNothingIsSent() {
        #expect(Telemetry.messageAttributes.isEmpty)
        #expect(Telemetry.environment(forChild: [:]).isEmpty)
    }
}

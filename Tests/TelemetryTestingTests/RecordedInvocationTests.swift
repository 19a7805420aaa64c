import OTLP
import Telemetry
import TelemetryTesting
import Testing
import Tracing

/// A handler's own tests see its invocations.
@Suite struct RecordedInvocationTests {
    @Test func anInvocationIsRecordedWithWhatHappensInIt() async throws {
        let recording = await Recording.of {
            await Telemetry.invocation(.http(method: "GET", path: "/", route: "/lessons")) { _ in
                withSpan("inner") { _ in }
            }
        }
        let span = try recording.expectSpan(named: "inner", childOf: "GET /lessons")
        #expect(!span.traceID.isZero)
    }

    @Test func aConsumerIsLinkedToItsSender() async throws {
        let recording = await Recording.of {
            let attributes = withSpan("send completions", ofKind: .producer) { _ in Telemetry.messageAttributes }
            let message = Trigger.Message(id: "m-1", attributes: attributes)
            await Telemetry.invocation(.messages([message], from: "completions", system: "memory")) { _ in }
        }
        let sent = try recording.expectSpan(named: "send completions")
        let processed = try recording.expectSpan(named: "process completions")
        #expect(processed.links.map(\.spanID) == [sent.spanID])
        #expect(processed.traceID != sent.traceID)
    }
}

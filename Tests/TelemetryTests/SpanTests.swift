import OTLP
import Telemetry
import Testing
import Tracing

@Suite struct SpanTests {
    private struct Refusal: Error, CustomStringConvertible { var description: String { "not today" } }

    private let exporter = RecordingExporter()
    private let processor: BatchProcessor
    private let tracer: RecordingTracer

    init() {
        processor = BatchProcessor(Telemetry.Configuration(serviceName: "tested"), ExporterChoice(exporter))
        tracer = RecordingTracer(records: processor.spans)
        processor.start()
    }

    private func recorded() async throws -> [OTLP.Span] {
        #expect(await processor.shutdown(deadline: .now + .seconds(30)))
        return try exporter.spans()
    }

    @Test func aSpanArrivesWithAllThatWasSetOnIt() async throws {
        var context = InstrumentationContext.topLevel
        context.requestID = "req-1"
        let other = tracer.startSpan("other", context: .topLevel)
        let span = tracer.startSpan("work", context: context, ofKind: .consumer, at: Moment(100))
        span.attributes["text"] = "a"
        span.attributes["flag"] = true
        span.attributes["count"] = 3
        span.attributes["share"] = 0.5
        span.attributes["list"] = ["x", "y"]
        span.addEvent(SpanEvent(name: "event", at: Moment(150), attributes: ["k": 1]))
        span.addLink(SpanLink(context: other.context, attributes: ["why": "because"]))
        span.setStatus(SpanStatus(code: .error, message: "broken"))
        span.operationName = "renamed"
        span.end(at: Moment(200))
        span.attributes["late"] = "ignored"
        span.end(at: Moment(300))

        let spans = try await recorded()
        #expect(spans.count == 1)
        let arrived = try #require(spans.first)
        #expect(arrived.name == "renamed")
        #expect(arrived.kind == .consumer)
        #expect((arrived.startTimeUnixNano, arrived.endTimeUnixNano) == (100, 200))
        #expect(arrived.parentSpanID.isZero)
        #expect(arrived.attributes["text"] == "a")
        #expect(arrived.attributes["flag"] == true)
        #expect(arrived.attributes["count"] == 3)
        #expect(arrived.attributes["share"] == 0.5)
        #expect(arrived.attributes["list"] == .array(["x", "y"]))
        #expect(arrived.attributes["request.id"] == "req-1")
        #expect(arrived.attributes["late"] == nil)
        #expect(arrived.events.map(\.name) == ["event"])
        #expect(arrived.events.first?.attributes["k"] == 1)
        #expect(arrived.links.first?.spanID == other.context.spanContext?.spanID)
        #expect(arrived.status == OTLP.Span.Status(code: .error, message: "broken"))
    }

    @Test func childrenNameTheirParentAndShareTheTrace() async throws {
        tracer.withSpan("parent", context: .topLevel) { _ in tracer.withSpan("child") { _ in } }
        let spans = try await recorded()
        #expect(spans.map(\.name) == ["child", "parent"])
        #expect(spans[0].parentSpanID == spans[1].spanID)
        #expect(spans[0].traceID == spans[1].traceID)
        #expect(!spans[1].traceID.isZero && !spans[1].spanID.isZero)
    }

    @Test func aThrownErrorIsRecordedAndMarksTheSpan() async throws {
        #expect(throws: Refusal.self) {
            try tracer.withSpan("fails", context: .topLevel) { _ in throw Refusal() }
        }
        let recorded = try await recorded()
        let span = try #require(recorded.first)
        #expect(span.status?.code == .error)
        #expect(span.events.first?.name == "exception")
        #expect(span.events.first?.attributes["exception.message"] == "not today")
        #expect(span.events.first?.attributes["exception.type"]?.string?.hasSuffix("Refusal") == true)
        #expect(span.events.first?.attributes["exception.stacktrace"]?.string?.contains("+0x") == true)
    }

    @Test func aTypedSpanArrivesLikeAnyOther() async throws {
        let identity = tracer.withFields("typed", ofKind: .server, in: .topLevel) { span in
            span.set("text", "a")
            span.set("count", 3)
            span.set("share", 0.5)
            span.set("flag", true)
            span.set("text", "b")
            span.addEvent("event", attributes: ["k": 1])
            tracer.withSpan("child") { _ in }
            span.fail("broken")
            return span.spanContext
        }
        let spans = try await recorded()
        #expect(spans.map(\.name) == ["child", "typed"])
        let arrived = spans[1]
        #expect(arrived.spanID == identity.spanID)
        #expect(spans[0].parentSpanID == identity.spanID)
        #expect(arrived.kind == .server)
        #expect(arrived.ownAttributes.map(\.key) == ["count", "share", "flag", "text"])
        #expect(arrived.attributes["text"] == "b")
        #expect(arrived.attributes["share"] == 0.5)
        #expect(arrived.attributes["flag"] == true)
        #expect(arrived.events.first?.attributes["k"] == 1)
        #expect(arrived.status == OTLP.Span.Status(code: .error, message: "broken"))
        #expect(arrived.endTimeUnixNano >= arrived.startTimeUnixNano)
    }

    @Test func aContextThatIsTakenOutOfATypedSpanStaysTheContextOfThatSpan() async throws {
        var taken: [(context: InstrumentationContext, spanID: SpanID)] = []
        for number in 0..<6 {
            try tracer.withFields("typed", ofKind: .internal, in: .topLevel) { span in
                let context = try #require(InstrumentationContext.current)
                #expect(context.spanContext == span.spanContext)
                // Every other span is forgotten, so that its context can be used again.
                if number.isMultiple(of: 2) { taken.append((context, span.spanContext.spanID)) }
                tracer.withFields("inner", ofKind: .internal, in: nil) { inner in
                    #expect(InstrumentationContext.current?.spanContext == inner.spanContext)
                }
                #expect(InstrumentationContext.current?.spanContext == span.spanContext)
            }
        }
        #expect(taken.allSatisfy { $0.context.spanContext?.spanID == $0.spanID })
        var other = InstrumentationContext.topLevel
        other.requestID = "req-1"
        tracer.withFields("with a request", ofKind: .internal, in: other) { _ in
            #expect(InstrumentationContext.current?.requestID == "req-1")
        }
        tracer.withFields("without", ofKind: .internal, in: .topLevel) { _ in
            #expect(InstrumentationContext.current?.requestID == nil)
        }
        #expect(try await recorded().count == 14)
    }

    @Test func anErrorThatATypedSpanThrowsIsRecordedAndThrownOn() async throws {
        #expect(throws: Refusal.self) {
            try tracer.withFields("fails", ofKind: .internal, in: .topLevel) { _ in throw Refusal() }
        }
        let recorded = try await recorded()
        #expect(recorded.first?.status?.code == .error)
        #expect(recorded.first?.events.first?.attributes["exception.message"] == "not today")
    }

    @Test func okIsTheLastWordAboutASpan() async throws {
        let span = tracer.startSpan("work", context: .topLevel)
        span.setStatus(SpanStatus(code: .error, message: "first"))
        span.setStatus(SpanStatus(code: .ok))
        span.setStatus(SpanStatus(code: .error, message: "late"))
        span.end()
        let recorded = try await recorded()
        #expect(recorded.first?.status == OTLP.Span.Status(code: .ok))
    }

    @Test func attributesThatTwoTasksSetAtOnceAreAllThere() async throws {
        let span = tracer.startSpan("work", context: .topLevel)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<10 {
                group.addTask { for index in 0..<10 { span.attributes["\(task).\(index)"] = index } }
            }
        }
        span.end()
        let recorded = try await recorded()
        #expect(recorded.first?.ownAttributes.count == 100)
    }

    @Test func attributesThatAreSetWhileOthersAreBeingSetJoinThem() async throws {
        func change(_ attributes: inout SpanAttributes, _ meanwhile: () -> Void) {
            attributes["outer"] = 1
            meanwhile()
            attributes["both"] = "outer"
        }
        let span = tracer.startSpan("work", context: .topLevel)
        span.attributes["before"] = 0
        change(&span.attributes) {
            span.attributes["inner"] = 2
            span.attributes["both"] = "inner"
        }
        span.attributes["after"] = 3
        #expect(span.attributes.count == 5)
        span.updateAttributes { $0["updated"] = 4 }
        span.end()
        #expect(span.attributes.isEmpty)
        span.attributes["late"] = 5
        #expect(span.attributes.isEmpty)
        let arrived = try #require(try await recorded().first)
        #expect(Set(arrived.ownAttributes.map(\.key)) == ["before", "outer", "inner", "both", "after", "updated"])
        #expect(arrived.attributes["both"] == "outer")
    }

    @Test func anUnsampledParentLeavesItsChildrenUnrecordedButPropagated() async throws {
        var context = InstrumentationContext.topLevel
        let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"
        tracer.extract(["traceparent": header], into: &context, using: DictionaryCarrier())
        let span = tracer.startSpan("unseen", context: context)
        #expect(!span.isRecording)
        #expect(span.context.spanContext?.traceID.hex == "4bf92f3577b34da6a3ce929d0e0e4736")
        span.end()
        let recorded = try await recorded()
        #expect(recorded.isEmpty)
    }

    @Test func whatIsBeyondTheLimitsIsCountedOnTheSpan() async throws {
        let span = tracer.startSpan("full", context: .topLevel)
        for index in 0..<200 {
            span.attributes["key.\(index)"] = index
            span.addEvent(SpanEvent(name: "event \(index)"))
            span.addLink(SpanLink(context: span.context, attributes: [:]))
        }
        span.end()
        let recorded = try await recorded()
        let arrived = try #require(recorded.first)
        #expect((arrived.ownAttributes.count, arrived.droppedAttributesCount) == (128, 72))
        #expect((arrived.events.count, arrived.droppedEventsCount) == (128, 72))
        #expect((arrived.links.count, arrived.droppedLinksCount) == (128, 72))
    }
}

private struct Moment: TracerInstant {
    var nanosecondsSinceEpoch: UInt64
    init(_ nanoseconds: UInt64) { nanosecondsSinceEpoch = nanoseconds }
    static func < (left: Moment, right: Moment) -> Bool { left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch }
}

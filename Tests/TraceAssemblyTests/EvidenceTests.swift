import OTLP
import Testing
import TraceAssembly

@Suite struct EvidenceTests {
    private func invoking(_ name: String) -> Span {
        Spans.span(
            2, under: 1, "invoke", from: 10, to: 20, kind: .client,
            attributes: [Attribute("faas.invoked_name", .string(name))])
    }

    @Test func aFunctionThatSentNothingIsSaid() {
        let story = StoryAssembler.assemble(
            traces: Spans.traces([("edge", [Spans.span(1), invoking("fraud-check")])]), logs: LogsData())
        #expect(story.problems == [.silentFunction(node: 1, name: "fraud-check")])
        #expect(!story.isComplete)
    }

    @Test func aFunctionWhoseContextWasLostHasNotBeenSilent() {
        let story = StoryAssembler.assemble(
            traces: Spans.traces([
                ("edge", [Spans.span(1), invoking("fraud-check")]), ("fraud-check", [Spans.span(7, from: 12, to: 18)]),
            ]), logs: LogsData())
        #expect(story.problems.isEmpty)
    }

    @Test func theInvokedFunctionIsReadFromItsResourceName() {
        let arn = "arn:aws:lambda:eu-central-1:402917735512:function:fraud-check:live"
        let span = Spans.span(
            2, under: 1, from: 10, to: 20, kind: .client,
            attributes: [Attribute("aws.lambda.invoked_arn", .string(arn))])
        let story = StoryAssembler.assemble(
            traces: Spans.traces([("edge", [Spans.span(1), span])]), logs: LogsData())
        #expect(story.problems == [.silentFunction(node: 1, name: "fraud-check")])
    }

    @Test func spansThatWereBegunAndDidNotArriveAreCounted() {
        let counts = [Attribute("telemetry.spans_begun", 4)]
        let story = StoryAssembler.assemble(
            traces: Spans.traces([
                (
                    [Attribute("service.name", "edge")],
                    [Spans.span(1, attributes: counts), Spans.span(2, under: 1, from: 1, to: 2)]
                ),
                ([Attribute("service.name", "other")], [Spans.span(3, under: 1, from: 3, to: 4)]),
            ]), logs: LogsData())
        #expect(story.arrival == Story.Arrival(begunSpans: 4, arrivedSpans: 2))
        #expect(!story.isComplete)
    }

    private func begun(_ spans: Int64, _ logs: Int64, below root: UInt64) -> [Attribute] {
        [
            Attribute("telemetry.spans_begun", .int(spans)), Attribute("telemetry.logs_begun", .int(logs)),
            Attribute("telemetry.begun_below", .string(SpanID(root).hex)),
        ]
    }

    @Test func ofSeveralExportsTheHighestCountIsTaken() {
        let first = Spans.span(2, under: 1, from: 1, to: 2, attributes: begun(3, 0, below: 1))
        let second = Spans.span(3, under: 1, from: 3, to: 4, attributes: begun(5, 2, below: 1))
        let late = Spans.span(4, under: 1, from: 4, to: 5, attributes: begun(4, 1, below: 1))
        let story = StoryAssembler.assemble(traces: Spans.traces([("edge", [first, second, late])]), logs: LogsData())
        #expect(
            story.arrival == Story.Arrival(begunSpans: 5, arrivedSpans: 3, begunLogs: 2, arrivedLogs: 0))
    }

    @Test func whatWasCountedApartIsAddedUp() {
        let story = StoryAssembler.assemble(
            traces: Spans.traces([
                (
                    "worker",
                    [
                        Spans.span(1, attributes: begun(2, 0, below: 1)),
                        Spans.span(5, under: 9, from: 3, to: 4, attributes: begun(3, 0, below: 5)),
                    ]
                )
            ]), logs: LogsData())
        #expect(story.arrival == Story.Arrival(begunSpans: 5, arrivedSpans: 2))
    }

    @Test func logRecordsTellCountsTooAndAreCountedWithoutTheirSpan() {
        let resource = Resource(attributes: [Attribute("service.name", "edge")])
        let record = LogRecord(
            timeUnixNano: 1, body: "still there", attributes: begun(2, 4, below: 1),
            traceID: TraceID(high: 0, low: 1), spanID: SpanID(7))
        let logs = LogsData(resourceLogs: [
            ResourceLogs(resource: resource, scopeLogs: [ScopeLogs(logRecords: [record])])
        ])
        let story = StoryAssembler.assemble(
            traces: Spans.traces([("edge", [Spans.span(2, under: 1, from: 1, to: 2)])]), logs: logs)
        #expect(story.arrival == Story.Arrival(begunSpans: 2, arrivedSpans: 1, begunLogs: 4, arrivedLogs: 1))
    }

    @Test func whoDoesNotCountIsNotCounted() {
        let story = StoryAssembler.assemble(traces: Spans.traces([("edge", [Spans.span(1)])]), logs: LogsData())
        #expect(story.arrival == nil)
        #expect(story.isComplete)
    }
}

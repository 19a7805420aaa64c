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

    @Test func whoDoesNotCountIsNotCounted() {
        let story = StoryAssembler.assemble(traces: Spans.traces([("edge", [Spans.span(1)])]), logs: LogsData())
        #expect(story.arrival == nil)
        #expect(story.isComplete)
    }
}

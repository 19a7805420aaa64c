import OTLP
import Testing
import TraceAssembly

@Suite struct ClockTests {
    private func instance(_ service: String, _ id: String) -> [Attribute] {
        [Attribute("service.name", .string(service)), Attribute("faas.instance", .string(id))]
    }

    /// A caller whose question lasts from 10 to 90, and a function that answers by a clock that is `offset` ms off.
    private func story(offset: Int64, kind: Span.Kind = .server, correctsClocks: Bool = true) -> Story {
        let server = Spans.span(
            3, under: 2, "serve", from: UInt64(220 + offset), to: UInt64(280 + offset), kind: kind)
        return StoryAssembler.assemble(
            traces: Spans.traces([
                (
                    instance("edge", "e"),
                    [Spans.span(1, from: 200, to: 300), Spans.span(2, under: 1, from: 210, to: 290, kind: .client)]
                ),
                (instance("payments", "p"), [server]),
            ]), logs: LogsData(), correctsClocks: correctsClocks)
    }

    private func start(_ story: Story, of name: String) -> UInt64? {
        story.nodes.first { $0.span?.name == name }.map { ($0.startTimeUnixNano - Spans.origin) / 1_000_000 }
    }

    @Test(arguments: [-38, -150, 60, 3_000])
    func aClockThatCannotBeRightIsSetToTheMiddleOfWhatThePairAllows(offset: Int64) {
        let story = story(offset: offset)
        #expect(start(story, of: "serve") == 220)
        #expect(
            story.clockCorrections == [
                Story.ClockCorrection(name: "payments", offsetNanoseconds: -offset * 1_000_000, pairCount: 1)
            ])
    }

    @Test(arguments: [0, -10, 10])
    func clocksThatMayAgreeAreLeftAlone(offset: Int64) {
        let story = story(offset: offset)
        #expect(start(story, of: "serve") == UInt64(220 + offset))
        #expect(story.clockCorrections.isEmpty)
    }

    @Test func anAsynchronousSpanSaysNothingAboutClocks() {
        let story = story(offset: 3_000, kind: .consumer)
        #expect(start(story, of: "serve") == 3_220)
        #expect(story.clockCorrections.isEmpty)
    }

    @Test func rawClocksStayAsTheyWereSent() {
        #expect(start(story(offset: -38, correctsClocks: false), of: "serve") == 182)
    }

    @Test func manyPairsBoundTheOffsetMoreTightly() throws {
        let traces = Spans.traces([
            (
                instance("edge", "e"),
                [
                    Spans.span(1, from: 0, to: 1_000), Spans.span(2, under: 1, from: 100, to: 200, kind: .client),
                    Spans.span(3, under: 1, from: 300, to: 400, kind: .client),
                ]
            ),
            (
                instance("payments", "p"),
                [
                    // 50 ms behind: the first pair allows 40…60, the second 50…52.
                    Spans.span(4, under: 2, from: 60, to: 140, kind: .server),
                    Spans.span(5, under: 3, from: 250, to: 348, kind: .server),
                ]
            ),
        ])
        let correction = try #require(StoryAssembler.assemble(traces: traces, logs: LogsData()).clockCorrections.first)
        #expect(correction.offsetNanoseconds == 51_000_000)
        #expect(correction.pairCount == 2)
    }

    @Test func clocksAddUpAlongTheWay() {
        let traces = Spans.traces([
            (instance("a", "a"), [Spans.span(1, from: 1_000, to: 1_100, kind: .client)]),
            (instance("b", "b"), [Spans.span(2, under: 1, "b", from: 510, to: 590, kind: .server)]),
            (instance("c", "c"), [Spans.span(3, under: 2, "c", from: 120, to: 180, kind: .server)]),
        ])
        let story = StoryAssembler.assemble(traces: traces, logs: LogsData())
        #expect(start(story, of: "b") == 1_010)
        #expect(start(story, of: "c") == 1_020)
        #expect(story.clockCorrections.map(\.name) == ["b", "c"])
    }

    @Test func logsMoveWithTheirSpan() {
        let log = LogRecord(
            timeUnixNano: Spans.origin + 190_000_000, body: "hm", traceID: TraceID(high: 0, low: 1), spanID: SpanID(3))
        let story = StoryAssembler.assemble(
            traces: Spans.traces([
                (instance("edge", "e"), [Spans.span(2, from: 210, to: 290, kind: .client)]),
                (instance("payments", "p"), [Spans.span(3, under: 2, "serve", from: 182, to: 242, kind: .server)]),
            ]), logs: LogsData(resourceLogs: [ResourceLogs(scopeLogs: [ScopeLogs(logRecords: [log])])]))
        let time = story.nodes.first { $0.span?.name == "serve" }?.logs.first?.timeUnixNano
        #expect(time == Spans.origin + 228_000_000)
    }
}

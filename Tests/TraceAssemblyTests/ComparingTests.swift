import OTLP
import Testing
import TraceAssembly

@Suite struct ComparingTests {
    private func story(_ spans: [Span], service: String = "service") -> Story {
        StoryAssembler.assemble(traces: Spans.traces([(service, spans)]), logs: LogsData())
    }

    // MARK: What if

    private let request = [
        Spans.span(1, "root"), Spans.span(2, under: 1, "read", from: 10, to: 40),
        Spans.span(3, under: 1, "chat", from: 40, to: 90), Spans.span(4, under: 3, "call", from: 50, to: 80),
    ]

    private func duration(_ story: Story, _ name: String) -> UInt64? {
        story.nodes.first { $0.span?.name == name }.map { $0.durationNanoseconds / 1_000_000 }
    }

    private func what(_ changes: [WhatIf], _ spans: [Span]? = nil) -> Story {
        WhatIf.apply(changes, to: story(spans ?? request)).story
    }

    @Test func withoutAChangeNothingChanges() {
        let replayed = what([])
        let original = story(request)
        #expect(replayed.nodes.map(\.startTimeUnixNano) == original.nodes.map(\.startTimeUnixNano))
        #expect(replayed.nodes.map(\.endTimeUnixNano) == original.nodes.map(\.endTimeUnixNano))
    }

    @Test func aFasterSpanShortensWhatWaitedForIt() {
        let faster = what([.duration(of: "call", by: .nanoseconds(-20_000_000))])
        #expect(duration(faster, "call") == 10)
        #expect(duration(faster, "chat") == 30)
        #expect(duration(faster, "root") == 80)
    }

    @Test func whatBeganAfterwardsBeginsEarlier() {
        let faster = what([.duration(of: "read", by: .factor(0.5))])
        let chat = faster.nodes.first { $0.span?.name == "chat" }
        #expect(chat.map { ($0.startTimeUnixNano - Spans.origin) / 1_000_000 } == 25)
        #expect(duration(faster, "root") == 85)
    }

    @Test func aFasterSpanBesideASlowerOneSavesNothing() {
        let spans = [
            Spans.span(1, "root"), Spans.span(2, under: 1, "fast", from: 10, to: 40),
            Spans.span(3, under: 1, "slow", from: 10, to: 90),
        ]
        #expect(duration(what([.duration(of: "fast", by: .factor(0))], spans), "root") == 100)
    }

    @Test func moreThanItsOwnTimeIsTakenFromWhatItWaitedFor() {
        let faster = what([.duration(of: "chat", by: .nanoseconds(-40_000_000))])
        #expect(duration(faster, "chat") == 10)
        #expect(duration(faster, "root") == 60)
        let end = faster.nodes.first { $0.span?.name == "chat" }?.endTimeUnixNano ?? 0
        #expect(faster.nodes.first { $0.span?.name == "call" }.map { $0.endTimeUnixNano <= end } == true)
    }

    @Test func warmFunctionsNeedNoStartUp() {
        let cold = Spans.span(
            2, under: 1, "serve", from: 60, to: 95, kind: .server,
            attributes: [
                Attribute("faas.invocation_id", "i"), Attribute("faas.coldstart", true),
                Attribute("faas.init_duration", 0.04),
            ])
        let story = StoryAssembler.assemble(
            traces: Spans.traces([("edge", [Spans.span(1, "root", kind: .client)]), ("tutor", [cold])]),
            logs: LogsData())
        let warm = WhatIf.apply([.noColdStart], to: story).story
        #expect(duration(warm, "root") == 60)
        #expect(warm.invocations.allSatisfy { !$0.isColdStart })
    }

    @Test func logsMoveWithTheirSpans() throws {
        let spans = [Spans.span(1), Spans.span(2, under: 1, "tutor", from: 20, to: 80)]
        let log = LogRecord(
            timeUnixNano: Spans.origin + 50_000_000, body: .string("halfway"), traceID: spans[1].traceID,
            spanID: SpanID(2))
        let before = StoryAssembler.assemble(
            traces: Spans.traces([(attributes: [], spans: spans)]),
            logs: LogsData(resourceLogs: [ResourceLogs(scopeLogs: [ScopeLogs(logRecords: [log])])]))
        let after = WhatIf.apply([.duration(of: "tutor", by: .factor(0.5))], to: before).story
        let node = try #require(after.nodes.first { $0.span?.name == "tutor" })
        #expect(node.logs[0].timeUnixNano == Spans.origin + 35_000_000)
    }

    @Test func withoutRetriesFailedAttemptsTakeNoTime() {
        let spans = [
            Spans.span(1, "root"), Spans.span(2, under: 1, "charge", from: 10, to: 40, isError: true),
            Spans.span(3, under: 1, "charge", from: 50, to: 90),
        ]
        #expect(duration(what([.noRetries], spans), "root") == 70)
    }

    // MARK: Difference

    @Test func theSameRequestDiffersInNothing() {
        let difference = StoryDifference(from: story(request), to: story(request))
        #expect(difference.entries.count == 4)
        #expect(!difference.entries.contains(where: difference.isTelling))
    }

    @Test func newGoneAndSlowerAreTold() {
        let changed = [
            Spans.span(1, "root", to: 200), Spans.span(3, under: 1, "chat", from: 40, to: 190),
            Spans.span(4, under: 3, "call", from: 50, to: 180), Spans.span(5, under: 3, "log", from: 181, to: 182),
        ]
        let difference = StoryDifference(from: story(request), to: story(changed))
        let words = difference.entries.filter(difference.isTelling).map { entry in
            let name =
                entry.after.flatMap { difference.after.nodes[$0].span?.name }
                ?? entry.before.flatMap { difference.before.nodes[$0].span?.name } ?? ""
            return "\(entry.change) \(name)"
        }
        #expect(words == ["both root", "both call", "new log", "gone read"])
    }

    @Test func familiesOfGoneSpansAreGone() {
        let difference = StoryDifference(from: story(request), to: story([Spans.span(1, "root")]))
        #expect(difference.entries.filter { $0.change == .gone }.count == 3)
    }

    // MARK: Shape and map

    @Test func theShapeKnowsNeitherTimesNorValuesNorHowOften() {
        let once = story([Spans.span(1, "root"), Spans.span(2, under: 1, "GET item 7", from: 1, to: 2)])
        let often = story([
            Spans.span(1, "root"), Spans.span(3, under: 1, "GET item 81", from: 3, to: 9),
            Spans.span(2, under: 1, "GET item 9", from: 1, to: 2),
        ])
        #expect(StoryShape(of: once) == StoryShape(of: often))
        #expect(StoryShape(of: once).id == StoryShape(of: often).id)
        #expect(StoryShape(of: once) != StoryShape(of: story([Spans.span(1, "root")])))
    }

    @Test func theMapCountsCallsBetweenServices() {
        let story = StoryAssembler.assemble(
            traces: Spans.traces([
                ("edge", [Spans.span(1, kind: .server), Spans.span(2, under: 1, from: 1, to: 90, kind: .client)]),
                ("tutor", [Spans.span(3, under: 2, from: 2, to: 80, kind: .server, isError: true)]),
            ]), logs: LogsData())
        let calls = ServiceMap(of: [story, story]).calls
        #expect(
            calls.map { "\($0.caller)>\($0.callee) \($0.count) \($0.errorCount)" } == [">edge 2 0", "edge>tutor 2 2"])
        #expect(calls.last?.duration(quantile: 0.5) == 78_000_000)
    }
}

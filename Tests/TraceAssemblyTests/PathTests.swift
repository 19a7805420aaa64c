import OTLP
import Testing
import TraceAssembly

@Suite struct PathTests {
    private func story(_ spans: [Span]) -> Story {
        StoryAssembler.assemble(traces: Spans.traces([("service", spans)]), logs: LogsData())
    }

    /// "name from–to" in milliseconds.
    private func words(_ path: [Story.PathSegment], _ story: Story) -> [String] {
        path.map { segment in
            let from = (segment.startTimeUnixNano - Spans.origin) / 1_000_000
            let to = (segment.endTimeUnixNano - Spans.origin) / 1_000_000
            let kind = segment.kind == .waiting ? "wait " : segment.kind == .coldStart ? "init " : ""
            return "\(kind)\(story.nodes[segment.node].span?.name ?? "?") \(from)–\(to)"
        }
    }

    @Test func siblingsThatTouchAreOneAfterTheOther() {
        let story = story([
            Spans.span(1, "root"), Spans.span(2, under: 1, "a", from: 10, to: 50),
            Spans.span(3, under: 1, "b", from: 50, to: 90),
        ])
        #expect(words(story.criticalPath, story) == ["root 0–10", "a 10–50", "b 50–90", "root 90–100"])
    }

    /// The case of CRISP's test 10.
    @Test func siblingsThatOverlapByOnePercentAreOneAfterTheOther() {
        let story = story([
            Spans.span(1, "root", from: 0, to: 620), Spans.span(2, under: 1, "a", from: 10, to: 210),
            Spans.span(3, under: 1, "b", from: 209, to: 309), Spans.span(4, under: 1, "c", from: 308, to: 608),
        ])
        #expect(
            words(story.criticalPath, story) == ["root 0–10", "a 10–209", "b 209–308", "c 308–608", "root 608–620"])
    }

    @Test func ofTwoAtTheSameTimeTheLaterWasWaitedFor() {
        let story = story([
            Spans.span(1, "root"), Spans.span(2, under: 1, "a", from: 10, to: 60),
            Spans.span(3, under: 1, "b", from: 20, to: 90),
        ])
        #expect(words(story.criticalPath, story) == ["root 0–20", "b 20–90", "root 90–100"])
    }

    @Test func aStartUpIsTimeOfTheFunctionThatStarts() {
        let story = StoryAssembler.assemble(
            traces: Spans.traces([
                ("edge", [Spans.span(1, "root", kind: .client)]),
                (
                    "tutor",
                    [
                        Spans.span(
                            2, under: 1, "serve", from: 60, to: 95, kind: .server,
                            attributes: [
                                Attribute("faas.invocation_id", "i"), Attribute("faas.coldstart", true),
                                Attribute("faas.init_duration", 0.04),
                            ])
                    ]
                ),
            ]), logs: LogsData())
        #expect(
            words(story.criticalPath, story) == ["root 0–20", "init serve 20–60", "serve 60–95", "root 95–100"])
        #expect(story.invocations.map(\.initNanoseconds) == [40_000_000])
    }

    @Test func theCompletionPathCrossesTheQueueAndSaysHowLongItWaited() {
        let story = story([
            Spans.span(1, "root"), Spans.span(2, under: 1, "work", from: 10, to: 40),
            Spans.span(3, under: 1, "send", from: 50, to: 60, kind: .producer),
            Spans.span(4, under: 3, "receive", from: 300, to: 400, kind: .consumer),
            Spans.span(5, under: 4, "store", from: 320, to: 400),
        ])
        #expect(
            words(story.completionPath, story) == [
                "root 0–10", "work 10–40", "root 40–50", "send 50–60", "wait receive 60–300", "receive 300–320",
                "store 320–400",
            ])
        #expect(story.criticalPath.last?.endTimeUnixNano == Spans.origin + 100_000_000)
    }

    @Test func whatEndsWithTheResponseHasNoCompletionPath() {
        let story = story([Spans.span(1), Spans.span(2, under: 1, from: 10, to: 100)])
        #expect(story.completionPath.isEmpty)
    }

    @Test func anErrorThatSomebodyCopedWithIsNotTheRootCause() {
        let story = story([
            Spans.span(1, "root", isError: true),
            Spans.span(2, under: 1, "coped", from: 1, to: 40),
            Spans.span(3, under: 2, "deeper", from: 2, to: 30, isError: true),
            Spans.span(4, under: 1, "fatal", from: 50, to: 90, isError: true),
        ])
        #expect(story.rootCause.flatMap { story.nodes[$0].span?.name } == "fatal")
        #expect(story.outcome == .failed)
    }

    @Test func aRetryThatSucceedsIsARecovery() throws {
        let story = story([
            Spans.span(1), Spans.span(2, under: 1, "charge", from: 10, to: 40, isError: true),
            Spans.span(3, under: 1, "charge", from: 50, to: 90),
        ])
        #expect(story.outcome == .recovered)
        #expect(story.nodes.map(\.attempt?.number) == [nil, 1, 2])
        #expect(story.nodes.compactMap(\.attempt?.count) == [2, 2])
    }

    @Test func callsWithOtherParametersAreNoAttempts() {
        func page(_ id: UInt64, _ page: String, from: UInt64, isError: Bool = false) -> Span {
            Spans.span(
                id, under: 1, "GET page", from: from, to: from + 10, isError: isError,
                attributes: [Attribute("url.query", .string(page))])
        }
        let story = story([Spans.span(1), page(2, "p=1", from: 10, isError: true), page(3, "p=2", from: 30)])
        #expect(story.nodes.compactMap(\.attempt).isEmpty)
    }

    @Test func aLoopOverManyThingsOfWhichOneFailsHasNoAttempts() {
        let story = story(
            [Spans.span(1)]
                + (0..<6).map { item in
                    Spans.span(
                        2 + item, under: 1, "SELECT item", from: 10 * item, to: 10 * item + 8, isError: item == 2,
                        attributes: [Attribute("item.id", .int(Int64(100 + item)))])
                })
        #expect(story.nodes.compactMap(\.attempt).isEmpty)
    }

    @Test func aRetryMayDifferInHowItWentAndWhichItWas() {
        func call(_ id: UInt64, from: UInt64, status: Int64, attempt: Int64, isError: Bool) -> Span {
            Spans.span(
                id, under: 1, "POST /charge", from: from, to: from + 10, isError: isError,
                attributes: [
                    Attribute("order.id", .string("O-1")), Attribute("http.response.status_code", .int(status)),
                    Attribute("retry.attempt", .int(attempt)), Attribute("network.peer.port", .int(40_000 + attempt)),
                    Attribute("thread.id", .int(attempt)), Attribute("http.client.request.duration_ms", .double(0.5)),
                ])
        }
        let story = story([
            Spans.span(1), call(2, from: 10, status: 503, attempt: 1, isError: true),
            call(3, from: 30, status: 200, attempt: 2, isError: false),
        ])
        #expect(story.nodes.map(\.attempt?.number) == [nil, 1, 2])
    }

    @Test func whatIsCountedAsSentAgainIsAnAttempt() {
        let story = story([
            Spans.span(
                2, under: 1, "GET", from: 10, to: 20, isError: true,
                attributes: [Attribute("url.full", .string("https://a/one?nonce=1"))]),
            Spans.span(
                3, under: 1, "GET", from: 30, to: 40,
                attributes: [
                    Attribute("url.full", .string("https://a/one?nonce=2")),
                    Attribute("http.request.resend_count", .int(1)),
                ]), Spans.span(1),
        ])
        #expect(story.nodes.compactMap(\.attempt?.number) == [1, 2])
    }

    @Test func rootsOfOneRequestAreAttemptsAndTheLastOneCounts() {
        let story = story([
            Spans.span(1, trace: 1, "POST /pay", from: 0, to: 50, kind: .server, isError: true),
            Spans.span(1, trace: 2, "POST /pay", from: 100, to: 150, kind: .server),
        ])
        #expect(story.mainRoot.map { story.nodes[$0].span?.traceID.low } == 2)
        #expect(story.outcome == .recovered)
        #expect(!story.hasFailed)
    }

    @Test func anAsynchronousFailureIsSaidAfterTheAnswer() {
        let story = story([
            Spans.span(1, "root"), Spans.span(2, under: 1, "send", from: 50, to: 60, kind: .producer),
            Spans.span(3, under: 2, "receive", from: 300, to: 400, kind: .consumer, isError: true),
        ])
        guard case .failedLater(let node) = story.outcome else {
            Issue.record("got \(story.outcome)")
            return
        }
        #expect(story.nodes[node].span?.name == "receive")
        #expect(story.hasFailed)
    }
}

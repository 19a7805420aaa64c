import OTLP
import Testing
import TraceAssembly

@Suite struct StoryAssemblerTests {
    private func story(_ spans: [Span], logs: [LogRecord] = []) -> Story {
        StoryAssembler.assemble(
            traces: Spans.traces([("service", spans)]),
            logs: LogsData(resourceLogs: [ResourceLogs(scopeLogs: [ScopeLogs(logRecords: logs)])]))
    }

    private func names(_ story: Story, _ nodes: [Int]) -> [String] {
        nodes.map { story.nodes[$0].span?.name ?? "lost" }
    }

    @Test func spansHangUnderTheirParentsInOrderOfTime() {
        let story = story([
            Spans.span(3, under: 1, from: 50, to: 90), Spans.span(2, under: 1, from: 10, to: 40), Spans.span(1),
        ])
        #expect(names(story, story.roots) == ["span 1"])
        #expect(names(story, story.nodes[story.roots[0]].children) == ["span 2", "span 3"])
        #expect(story.problems.isEmpty)
    }

    @Test func aLostParentIsARowThatLastsAsLongAsItsChildren() throws {
        let story = story([Spans.span(2, under: 9, from: 10, to: 40), Spans.span(3, under: 9, from: 30, to: 70)])
        let root = try #require(story.roots.first)
        #expect(story.nodes[root].span == nil)
        #expect(story.nodes[root].durationNanoseconds == 60_000_000)
        #expect(story.problems == [.lostParent(traceID: TraceID(high: 0, low: 1), spanID: SpanID(9), children: 2)])
    }

    @Test func aCycleIsCutAboveItsEarliestSpanAndSaid() {
        let story = story([
            Spans.span(1, under: 3, from: 0, to: 90), Spans.span(2, under: 1, from: 10, to: 80),
            Spans.span(3, under: 2, from: 20, to: 70),
        ])
        #expect(names(story, story.roots) == ["span 1"])
        #expect(story.problems.count == 1)
        #expect(story.nodes.map(\.depth).sorted() == [0, 1, 2])
    }

    @Test func aSpanThatIsItsOwnParentIsARoot() {
        let story = story([Spans.span(1, under: 1)])
        #expect(names(story, story.roots) == ["span 1"])
        #expect(story.problems == [.cycle(node: 0)])
    }

    @Test func aSpanThatWasSentTwiceIsThereOnce() {
        let story = story([Spans.span(1), Spans.span(1)])
        #expect(story.nodes.count == 1)
        #expect(story.problems.isEmpty)
    }

    @Test func twoSpansWithOneIDAreBothShownAndSaid() {
        let story = story([Spans.span(1, "first"), Spans.span(1, "second")])
        #expect(Set(names(story, story.roots)) == ["first", "second"])
        #expect(story.problems == [.duplicateSpanID(node: 1)])
    }

    @Test func aLinkedTraceHangsUnderTheSpanThatSentIt() throws {
        let link = Span.Link(traceID: TraceID(high: 0, low: 1), spanID: SpanID(2))
        let story = story([
            Spans.span(1), Spans.span(2, under: 1, "send", from: 10, to: 20, kind: .producer),
            Spans.span(7, trace: 2, "process", from: 500, to: 600, kind: .consumer, links: [link]),
        ])
        #expect(names(story, story.roots) == ["span 1"])
        let process = try #require(story.nodes.firstIndex { $0.span?.name == "process" })
        #expect(story.nodes[process].isAsynchronous)
        #expect(story.nodes[process].parent.map { names(story, [$0]) } == ["send"])
        #expect(story.criticalPath.allSatisfy { $0.node != process }, "the caller did not wait for it")
    }

    @Test func linksInACircleDoNotHang() {
        func link(_ id: UInt64) -> Span.Link { Span.Link(traceID: TraceID(high: 0, low: 1), spanID: SpanID(id)) }
        let story = story([Spans.span(1, links: [link(2)]), Spans.span(2, links: [link(1)])])
        #expect(story.roots.count == 1)
    }

    @Test func theRootCauseIsTheDeepestErrorThatNoChildCaused() {
        let story = story([
            Spans.span(1, isError: true), Spans.span(2, under: 1, from: 10, to: 90, isError: true),
            Spans.span(3, under: 2, "cause", from: 20, to: 50, isError: true),
            Spans.span(4, under: 2, from: 60, to: 80),
        ])
        #expect(story.rootCause.map { names(story, [$0]) } == ["cause"])
    }

    @Test func theCriticalPathCoversTheRootWithoutGapOrOverlap() throws {
        let story = story([
            Spans.span(1), Spans.span(2, under: 1, from: 10, to: 60), Spans.span(3, under: 1, from: 40, to: 90),
        ])
        var moment = Spans.origin
        for segment in story.criticalPath.sorted(by: { $0.startTimeUnixNano < $1.startTimeUnixNano }) {
            #expect(segment.startTimeUnixNano == moment)
            moment = segment.endTimeUnixNano
        }
        #expect(moment == Spans.origin + 100_000_000)
    }

    @Test func logsStandUnderTheirSpanInOrderOfTimeAndStrayOnesApart() {
        func log(_ text: String, span: UInt64, at time: UInt64) -> LogRecord {
            LogRecord(
                timeUnixNano: Spans.origin + time, body: .string(text), traceID: TraceID(high: 0, low: 1),
                spanID: SpanID(span))
        }
        let story = story(
            [Spans.span(1)], logs: [log("b", span: 1, at: 2), log("a", span: 1, at: 1), log("stray", span: 8, at: 1)])
        #expect(story.nodes[0].logs.map(\.record.body) == ["a", "b"])
        #expect(story.strayLogs.map(\.record.body) == ["stray"])
    }

    @Test func clocksThatMakeNoSenseAreSaidAndDoNotTrap() {
        var reversed = Spans.span(1, from: 50, to: 10)
        let story = story([reversed])
        #expect(story.problems == [.endBeforeStart(node: 0)])
        #expect(story.nodes[0].durationNanoseconds == 0)
        reversed.startTimeUnixNano = .max
        reversed.endTimeUnixNano = 0
        #expect(self.story([reversed]).nodes[0].isRunning)
        #expect(self.story([]).mainRoot == nil)
    }

    /// Whatever is sent: every span is in the forest once, nothing hangs, nothing traps.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func anyForestHoldsEverySpanOnce(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let spans = (1...UInt64.random(in: 1...40, using: &random)).map { id in
            Spans.span(
                id, under: .random(in: 0...45, using: &random), trace: .random(in: 1...2, using: &random),
                from: .random(in: 0...100, using: &random), to: .random(in: 0...100, using: &random),
                isError: .random(using: &random),
                links: Bool.random(using: &random)
                    ? [
                        Span.Link(
                            traceID: TraceID(high: 0, low: 1), spanID: SpanID(.random(in: 1...40, using: &random)))
                    ] : [])
        }
        let story = story(spans)
        var seen: [Int: Int] = [:]
        var stack = story.roots
        while let node = stack.popLast() {
            seen[node, default: 0] += 1
            guard seen[node] == 1 else { break }
            stack += story.nodes[node].children
        }
        #expect(seen.count == story.nodes.count, "seed \(seed)")
        #expect(seen.values.allSatisfy { $0 == 1 }, "seed \(seed)")
        #expect(story.nodes.count { $0.span != nil } == spans.count, "seed \(seed)")
    }

    @Test func aChainOfAHundredThousandSpansIsAsGoodAsATree() {
        let spans = (1...100_000 as ClosedRange<UInt64>).map { Spans.span($0, under: $0 - 1) }
        #expect(story(spans).nodes.map(\.depth).max() == 99_999)
    }
}

struct SeededRandom: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    // SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

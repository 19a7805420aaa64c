import OTLP
import Testing
import TraceAssembly
import TraceView

/// What must be whole on a narrow screen: how many failed, numbers, the id that one goes on with.
@Suite struct NarrowScreenTests {
    private func span(
        _ id: UInt64, under parent: UInt64 = 0, _ name: String, _ start: UInt64, _ end: UInt64, isError: Bool = false,
        attributes: [Attribute] = []
    ) -> Span {
        Span(
            traceID: TraceID(high: 0xABCD_EF01_2345_6789, low: 1), spanID: SpanID(id), parentSpanID: SpanID(parent),
            name: name,
            kind: parent == 0 ? .server : .internal, startTimeUnixNano: 1_000_000_000_000 + start * 1_000,
            endTimeUnixNano: 1_000_000_000_000 + end * 1_000, attributes: attributes,
            status: isError ? Span.Status(code: .error, message: "bad") : nil)
    }

    private func story(_ spans: [Span], id: String? = nil) -> Story {
        let resource = Resource(attributes: [Attribute("service.name", "shop")])
        return StoryAssembler.assemble(
            id: id,
            traces: TracesData(resourceSpans: [
                ResourceSpans(resource: resource, scopeSpans: [ScopeSpans(spans: spans)])
            ]),
            logs: LogsData())
    }

    private func lines(_ story: Story, _ width: Int) -> [String] {
        StoryScreen(story, ScreenOptions(width: width, style: Style(hasColour: false))).lines()
    }

    /// A thousand batches of a hundred items each, of which every `step`th failed.
    private func batches(failingEvery step: Int) -> Story {
        var spans = [span(1, "GET /report", 0, 10_000_000)]
        for batch in 0..<1_000 {
            let parent = UInt64(1_000_000 + batch)
            let start = UInt64(batch) * 10_000
            spans.append(span(parent, under: 1, "batch \(batch) of a name that is long", start, start + 9_000))
            for item in 0..<10 {
                let number = batch * 10 + item
                let at = start + UInt64(item) * 900
                spans.append(
                    span(UInt64(2 + number), under: parent, "GET item", at, at + 800, isError: number % step == 17))
            }
        }
        return story(spans)
    }

    @Test(arguments: [40, 60, 80, 100, 200])
    func fewErrorsAmongManySiblingsAllKeepTheirRows(width: Int) {
        let rows = lines(batches(failingEvery: 1_000), width).filter { $0.contains("GET item ") && $0.contains("✗") }
        #expect(rows.count == 10)
        #expect(!rows.contains { $0.contains("×") })
    }

    @Test(arguments: Array(40...120))
    func howManyFailedIsNeverCutOff(width: Int) throws {
        let row = try #require(
            lines(batches(failingEvery: 20), width).first { $0.contains("batch * of") || $0.contains("×") })
        #expect(row.contains(/×[\d,]+.* ✗[\d,]+/), "\(row)")
    }

    @Test(arguments: [40, 60, 80, 120])
    func aListOfRequestsKeepsTheIDThatFindsThem(width: Int) {
        let options = ScreenOptions(width: width, style: Style(hasColour: false))
        let long = story(
            [span(1, "GET /a/route/of/some/length", 0, 100, isError: true)],
            id: String(repeating: "request-", count: 20))
        let short = story([span(1, "GET /", 0, 100)], id: "req-7f3a9c21")
        let table = RequestLine.table([long, short], options)
        #expect(table[1].contains("abcdef0123456789") && table[2].contains("req-7f3a9c21"))
        #expect(table[1].contains(width < 60 ? "GET" : "GET /a"), "a long id leaves room for the others")
        #expect(RequestLine.line(long, options).hasSuffix("abcdef0123456789"))
        #expect(RequestLine.line(short, options).hasSuffix("req-7f3a9c21"))
    }

    @Test(arguments: Array(40...160))
    func numbersOfServicesAreNeverCut(width: Int) {
        let summary = ServiceSummary(
            service: "a-service-with-a-long-name", count: 1_234_567, errorCount: 1_234, perSecond: 342.9,
            quantiles: [12_300_000, 234_000_000, 1_840_000_000], dollars: 1.25, buckets: Array(1...24))
        let lines = ServicesScreen([summary], ScreenOptions(width: width, style: Style(hasColour: false))).lines()
        #expect(lines[1].contains("1,234,567"))
        #expect(!lines[1].drop { $0 != "1" }.contains("…"), "\(lines[1])")
        if lines[0].contains("OVER TIME") { #expect(lines[1].hasSuffix("▇") || lines[1].hasSuffix("█"), "\(lines[1])") }
    }

    @Test func aStackTraceKeepsItsLines() {
        let trace = "Error: no\r\n\tat one (a.js:1)\n\tat two (b.js:2)\n"
        let one = story([span(1, "GET /", 0, 100, attributes: [Attribute("exception.stacktrace", .string(trace))])])
        let lines = SpanScreen(one, node: 0, ScreenOptions(width: 80, style: Style(hasColour: false))).lines()
        #expect(lines.contains { $0.hasSuffix("Error: no") })
        #expect(lines.contains { $0.hasSuffix(" at one (a.js:1)") })
        #expect(!lines.contains { $0.contains("␊") || $0.contains("␉") || $0.contains("␍") })
    }

    @Test func whatComesNextIsWrappedAndNotCut() {
        let command = "traceview 7f3a9c21-5d0e-4b7c-9a51-0c3f1f2c9d11 --span cause"
        let options = ScreenOptions(width: 60, style: Style(hasColour: false), next: [command])
        let text = StoryScreen(story([span(1, "GET /", 0, 100)]), options).lines().suffix(2).joined(separator: "\n")
        #expect(!text.contains("…") && text.hasSuffix("--span cause"))
    }

    @Test func aDiagramShowsTheFunctionThatSentNothing() {
        let call = span(2, under: 1, "invoke", 10, 20, attributes: [Attribute("faas.invoked_name", "fraud-check")])
        let text = String(
            decoding: ExportFormat.mermaid.encode(
                story([span(1, "GET /", 0, 100), call]), ScreenOptions(width: 80, style: Style(hasColour: false))),
            as: UTF8.self)
        #expect(text.contains("participant s1 as fraud-check") && text.contains("s0--xs1: sent nothing"))
    }

    @Test func whatIfSaysWhereThereWasNothingMoreToSave() {
        let before = story([span(1, "GET /", 0, 100_000), span(2, under: 1, "tutor", 10_000, 60_000)])
        let changed = WhatIf.apply([.duration(of: "tutor", by: .nanoseconds(-200_000_000))], to: before)
        #expect(changed.emptiedCount == 1)
        let lines = WhatIfScreen(
            "tutor=-200ms", before: before, after: changed.story, emptiedCount: changed.emptiedCount,
            ScreenOptions(width: 80, style: Style(hasColour: false))
        ).lines()
        #expect(lines.contains { $0.contains("the change is more than 1 span took") })
    }
}

import OTLP
import Testing
import TraceAssembly
import TraceView

/// The interactive screen as a value: events in, lines out, no terminal.
@Suite struct BrowserTests {
    private func browser(_ name: String = "orders", columns: Int = 100, rows: Int = 30) throws -> BrowserModel {
        let story = try #require(Stories.all.first { $0.name == name }).story
        return BrowserModel(
            story, ScreenOptions(width: columns, style: Style(hasColour: false)), columns: columns, rows: rows)
    }

    private func lines(_ model: BrowserModel) -> [String] { BrowserScreen(model).lines() }

    private func plain(_ line: String) -> String { line.replacing(/\u{1B}\[[0-9;]*m/, with: "") }

    /// The name on the selected line.
    private func selection(_ model: BrowserModel) -> String {
        let line = lines(model).first { plain($0).hasPrefix("▸") }.map(plain) ?? ""
        let words = line.dropFirst().drop { " │├└~".contains($0) }
        return words.split(separator: "   ").first.map(String.init) ?? ""
    }

    private func press(_ keys: String, _ model: inout BrowserModel) {
        for key in keys { _ = model.handle(.character(key)) }
    }

    @Test(arguments: [(40, 5), (60, 12), (80, 24), (200, 70)])
    func thereAreAsManyLinesAsRowsAndNoneIsTooWide(columns: Int, rows: Int) throws {
        for name in Stories.all.map(\.name) {
            var model = try browser(name, columns: columns, rows: rows)
            for keys in ["", "jjj", "l", "G", "\u{3F}", "x"] {
                press(keys, &model)
                let lines = lines(model)
                #expect(lines.count == rows)
                for line in lines { #expect(TerminalCells.width(plain(line)) <= columns, "\(line)") }
                if keys == "l" { _ = model.handle(.enter) }
            }
        }
    }

    @Test func keysGoWherePeopleExpect() throws {
        var model = try browser()
        #expect(selection(model) == "edge POST /orders")
        press("jj", &model)
        #expect(selection(model) == "orders-api POST /orders")
        press("k", &model)
        #expect(selection(model) == "POST orders-api")
        press("G", &model)
        #expect(selection(model) == "DynamoDB.PutItem")
        press("gr", &model)
        #expect(selection(model) == "POST api.stripe.com")
        _ = model.handle(.left)
        #expect(selection(model) == "payments POST /charges", "← goes to the parent of a span without children")
    }

    @Test func errorsAreVisitedOneAfterTheOtherAndAround() throws {
        var model = try browser()
        var seen: [String] = []
        for _ in 0..<7 {
            press("e", &model)
            seen.append(selection(model))
        }
        #expect(
            seen == [
                "POST orders-api", "orders-api POST /orders", "charge #1/2", "charge #2/2", "payments POST /charges",
                "POST api.stripe.com", "edge POST /orders",
            ])
    }

    @Test func aClosedSpanHidesItsFamilyAndSaysHowMany() throws {
        var model = try browser()
        press("jj", &model)
        _ = model.handle(.left)
        #expect(selection(model).hasPrefix("orders-api POST /ord"))
        #expect(selection(model).hasSuffix("+10 spans ✗4"), "what failed behind it is said")
        #expect(!lines(model).contains { $0.contains("charge") })
        _ = model.handle(.right)
        #expect(lines(model).contains { $0.contains("charge") })
    }

    @Test func whatIsFoundInAClosedSpanIsOpened() throws {
        var model = try browser()
        press("-", &model)
        press("/stripe", &model)
        _ = model.handle(.enter)
        #expect(selection(model) == "POST api.stripe.com")
        press("/nowhere to be found", &model)
        _ = model.handle(.enter)
        #expect(lines(model).last?.contains("no span or log with nowhere to be found") == true)
    }

    @Test func logsCanBeLeftOut() throws {
        var model = try browser()
        #expect(lines(model).contains { $0.contains("order accepted") })
        press("l", &model)
        #expect(!lines(model).contains { $0.contains("order accepted") })
    }

    @Test func whatIsMissingWaitsOrWasSetRightIsSaidHereToo() throws {
        let orders = lines(try browser(rows: 60)).map(plain)
        #expect(orders.contains { $0.contains("? fraud-check sent nothing") })
        #expect(orders.contains { $0.contains("⋯ waited in receipts") })
        #expect(orders.contains { $0.hasPrefix("  ! fraud-check was invoked but sent no telemetry") })
        #expect(orders.contains { $0.contains("✗ TimeoutError: no answer within 350ms") })
        let clocks = lines(try browser("clocks", rows: 40)).map(plain)
        #expect(clocks.contains { $0.hasPrefix("  clock: payments +38ms (1 pair)") })
        #expect(clocks.contains { $0.hasPrefix("  ! 6 of 8 spans arrived") })
        let small = lines(try browser("clocks", rows: 12)).map(plain)
        #expect(small[2] == "  ! 3 more notes; see --plain")
    }

    @Test func linesThatSayTheSameAreOneRow() throws {
        let trace = TraceID(high: 1, low: 1)
        let span = Span(
            traceID: trace, spanID: SpanID(1), name: "work", startTimeUnixNano: 1_000, endTimeUnixNano: 9_000)
        let logs = (0..<17).map {
            LogRecord(
                timeUnixNano: 2_000 + $0, severityNumber: .info, body: .string("again"), traceID: trace,
                spanID: SpanID(1))
        }
        let stray = LogRecord(timeUnixNano: 3_000, severityNumber: .info, body: .string("alone"), traceID: trace)
        let story = StoryAssembler.assemble(
            traces: TracesData(resourceSpans: [ResourceSpans(scopeSpans: [ScopeSpans(spans: [span])])]),
            logs: LogsData(resourceLogs: [ResourceLogs(scopeLogs: [ScopeLogs(logRecords: logs + [stray])])]))
        let model = BrowserModel(
            story, ScreenOptions(width: 100, style: Style(hasColour: false)), columns: 100, rows: 30)
        let shown = lines(model).map(plain)
        #expect(shown.count { $0.contains("again") } == 1)
        #expect(shown.contains { $0.contains("×17 again") })
        #expect(shown.contains { $0.contains("? log without a span") && $0.contains("alone") })
    }

    @Test func escapeDoesNotQuit() throws {
        var model = try browser()
        #expect(model.handle(.escape) == .none)
    }

    @Test func theDetailsFollowTheSelection() throws {
        var model = try browser()
        _ = model.handle(.enter)
        press("r", &model)
        #expect(lines(model).contains { $0.contains("CardDeclined: 402 card_declined") })
        #expect(lines(model).contains { $0.contains("000000000000000a") })
    }

    @Test func aClickSelectsAndASecondOneCloses() throws {
        var model = try browser()
        let row = try #require(lines(model).firstIndex { plain($0).contains("orders-api POST /orders ") })
        _ = model.handle(.click(column: 10, row: row))
        #expect(selection(model) == "orders-api POST /orders")
        _ = model.handle(.click(column: 10, row: row))
        #expect(selection(model).contains("+10 spans"))
    }

    @Test func aStoryThatGrowsKeepsThePlace() throws {
        let whole = try #require(Stories.all.first { $0.name == "orders" }).story
        var model = BrowserModel(
            whole, ScreenOptions(width: 100, style: Style(hasColour: false)), columns: 100, rows: 30)
        press("r", &model)
        model.replace(whole)
        #expect(selection(model) == "POST api.stripe.com")
    }

    @Test func effectsAreForTheProgramToCarryOut() throws {
        var model = try browser()
        #expect(model.handle(.character("q")) == .quit)
        #expect(model.handle(.control("c")) == .quit)
        #expect(model.handle(.control("z")) == .suspend)
        #expect(model.handle(.character("d")) == .diff)
        #expect(model.handle(.character("y")) == .copy("0000000000000001"))
        #expect(model.handle(.resize(columns: 60, rows: 20)) == .redraw)
        #expect(lines(model).count == 20)
    }

    @Test(arguments: [
        ("\u{1B}[A", [TerminalEvent.up]), ("\u{1B}OB", [.down]), ("\u{1B}[5~\u{1B}[6~", [.pageUp, .pageDown]),
        ("jé日", [.character("j"), .character("é"), .character("日")]), ("\r\u{7F}\t", [.enter, .backspace, .tab]),
        ("\u{3}\u{1A}", [.control("c"), .control("z")]), ("\u{1B}[<0;11;6M", [.click(column: 10, row: 5)]),
        ("\u{1B}[<64;1;1M\u{1B}[<65;1;1M", [.wheelUp, .wheelDown]), ("\u{1B}[<0;11;6m", []),
        ("\u{1B}[200~x", [.character("x")]),
        ("\u{1B}[1;5C", [.right]), ("\u{0}\u{1C}", []),
    ])
    func bytesOfATerminalAreKeys(bytes: String, events: [TerminalEvent]) {
        var input = TerminalInput()
        #expect(input.read(bytes.utf8) == events)
        var pieces = TerminalInput()
        #expect(bytes.utf8.flatMap { pieces.read([$0]) } == events, "byte by byte")
    }

    @Test func anEscapeThatNothingFollowsIsTheKey() {
        var input = TerminalInput()
        #expect(input.read([0x1B]).isEmpty)
        #expect(input.isWaiting)
        #expect(input.flush() == [.escape])
    }

    @Test func bytesThatAreNoKeysDoNotStopIt() {
        var input = TerminalInput()
        for byte in UInt8.min...UInt8.max { _ = input.read([0x1B, byte, 0xFF, byte]) }
        _ = input.read([UInt8](repeating: 0x1B, count: 500) + [UInt8](repeating: 0x5B, count: 500))
        _ = input.flush()
        #expect(input.read([0x6A]) == [.character("j")])
    }

    @Test func theDifferenceIsShownInsideAndGoesBack() throws {
        var model = try browser(rows: 12)
        press("jj", &model)
        let before = lines(model)
        #expect(model.handle(.character("d")) == .diff)
        #expect(lines(model).last?.contains("looking for the last one that succeeded") == true)
        let other = try #require(Stories.all.first { $0.name == "checkout" }).story
        model.show(StoryDifference(from: other, to: model.story))
        let top = lines(model)
        #expect(top.count == 12)
        #expect(top[0].contains("it fails now") || top[0].contains("new:") || top[0].contains("slower"), "\(top[0])")
        #expect(top[1].hasPrefix("  before"))
        press("j", &model)
        #expect(lines(model)[0] == top[1], "it scrolls")
        press("G", &model)
        let end = lines(model)
        press("j", &model)
        #expect(lines(model) == end, "and ends at the end")
        _ = model.handle(.resize(columns: 60, rows: 8))
        #expect(lines(model).count == 8)
        _ = model.handle(.resize(columns: 100, rows: 12))
        #expect(model.handle(.character("q")) == .none, "q goes back, it does not end the program")
        #expect(lines(model) == before)
        #expect(model.handle(.character("q")) == .quit)
    }

    @Test func aDifferenceThatCannotBeShownIsSaidAtTheBottom() throws {
        var model = try browser()
        model.say("no earlier request of this route succeeded\u{1B}[2J")
        let status = try #require(lines(model).last)
        #expect(status.contains("no earlier request of this route succeeded") && !status.contains("\u{1B}[2J"))
        press("j", &model)
        #expect(lines(model).last?.contains("? help") == true)
    }

    @Test func aStoryThatGrowsWhileTheDifferenceIsShownLeavesItThere() throws {
        var model = try browser()
        model.show(StoryDifference(from: model.story, to: model.story))
        let shown = lines(model)
        model.replace(model.story)
        #expect(lines(model) == shown)
    }
}

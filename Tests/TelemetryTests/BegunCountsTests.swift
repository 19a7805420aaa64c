import Logging
import OTLP
import Telemetry
import Testing
import Tracing

/// Each export tells how many spans and log records have begun, so that a reader can say "14 of 14 arrived".
@Suite struct BegunCountsTests {
    private let exporter = RecordingExporter()
    private let telemetry: Telemetry
    private let logger: Logger

    init() {
        var configuration = Telemetry.Configuration(serviceName: "counting")
        configuration.export(through: exporter)
        for signal in Signal.allCases { configuration[signal].interval = .seconds(3600) }
        configuration.writesLogLines = false
        configuration.bufferedLogLevel = .debug
        let telemetry = Telemetry(configuration)
        telemetry.start()
        self.telemetry = telemetry
        logger = Logger(label: "counting") { telemetry.logHandler($0) }
    }

    private func flush() async { #expect(await telemetry.flush(deadline: .now + .seconds(30))) }

    private func begun(_ attributes: [Attribute]) -> [Int64?] {
        ["telemetry.spans_begun", "telemetry.logs_begun"].map { attributes[$0]?.int }
    }

    private func below(_ attributes: [Attribute]) -> String? { attributes["telemetry.begun_below"]?.string }

    private func logRecords() throws -> [LogRecord] { try exporter.scopeLogs().flatMap(\.logRecords) }

    @Test func anExportInTheMiddleOfAnInvocationTellsWhatHasBegunUntilThen() async throws {
        var root = ""
        await telemetry.invocation(.other) { invocation in
            root = invocation.span.context.spanContext?.spanID.hex ?? ""
            telemetry.tracer.withSpan("first") { _ in }
            logger.info("under way")
            await telemetry.tracer.withSpan("second") { _ in await flush() }
        }
        await flush()
        let spans = try exporter.spans()
        #expect(spans.map(\.name) == ["first", "second", "counting"])
        // The invocation, "first" and "second", of which one has arrived.
        #expect(begun(spans[0].attributes) == [3, 1])
        #expect(below(spans[0].attributes) == root)
        #expect(begun(spans[1].attributes) == [nil, nil])
        #expect(begun(spans[2].attributes) == [3, 1])
        #expect(below(spans[2].attributes) == nil)
    }

    @Test func aServiceWithoutInvocationsTellsTheCountsOfEachOfItsTraces() async throws {
        for name in ["one", "two"] {
            telemetry.withSpan(name, context: .topLevel) { _ in
                telemetry.withSpan("below \(name)") { _ in telemetry.log("counting").info("\(name)") }
            }
        }
        await flush()
        let spans = try exporter.spans()
        #expect(spans.map(\.name) == ["below one", "one", "below two", "two"])
        #expect(spans.map { begun($0.attributes) } == [[nil, nil], [2, 1], [nil, nil], [2, 1]])
        // What each of their log records says, for the case that the spans never come.
        let records = try logRecords()
        #expect(records.map { begun($0.attributes) } == [[2, 1], [2, 1]])
        #expect(records.map { below($0.attributes) } == [spans[1].spanID.hex, spans[3].spanID.hex])
    }

    @Test func anExportOfNothingButLogsTellsTheSpansThatAreStillToCome() async throws {
        await telemetry.withSpan("slow", context: .topLevel) { _ in
            logger.info("begun")
            await flush()
        }
        let records = try logRecords()
        #expect(records.map { begun($0.attributes) } == [[1, 1]])
    }

    @Test func debugLinesCountWhenTheirRequestFails() async throws {
        await telemetry.invocation(.other) { invocation in
            logger.debug("why")
            logger.info("that")
            invocation.fail()
        }
        await telemetry.invocation(.other) { _ in logger.debug("unheard") }
        await flush()
        #expect(try logRecords().map { $0.body?.string } == ["that", "why"])
        #expect(try exporter.spans().map { begun($0.attributes) } == [[1, 2], [1, 0]])
    }

    @Test func aLineOutsideOfEverySpanTellsNothing() async throws {
        logger.info("alone")
        await flush()
        #expect(try logRecords().map { begun($0.attributes) } == [[nil, nil]])
    }

    @Test func callersElsewhereCountForThemselves() async throws {
        var context = InstrumentationContext.topLevel
        context.spanContext = SpanContext(
            traceID: TraceID(high: 1, low: 1), spanID: SpanID(1), flags: 1, isRemote: true)
        telemetry.withSpan("a", context: context) { _ in telemetry.withSpan("b") { _ in } }
        telemetry.withSpan("c", context: context) { _ in }
        await flush()
        #expect(try exporter.spans().map { begun($0.attributes) } == [[nil, nil], [2, 0], [1, 0]])
    }
}

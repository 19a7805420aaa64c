import Glibc
import Logging
import Telemetry
import Testing
import Tracing

@Suite struct DebugLineTests {
    private let pipe: [Int32]
    private let logger: Logger
    private let tracer = RecordingTracer(records: nil)

    init() throws {
        var ends: [Int32] = [0, 0]
        try #require(Glibc.pipe(&ends) == 0)
        pipe = ends
        let writer = LogWriter(
            service: "tested", output: LineOutput(descriptor: ends[1]), records: nil, bufferedLevel: .debug)
        logger = Logger(label: "lessons") { StructuredLogHandler(label: $0, level: .info, writer: writer) }
    }

    private func messages() -> [String] {
        close(pipe[1])
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while case let count = read(pipe[0], &chunk, chunk.count), count > 0 { bytes += chunk[..<count] }
        close(pipe[0])
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        return lines.compactMap { line -> String? in
            guard let key = line.firstRange(of: "\"message\":\"") else { return nil }
            return String(line[key.upperBound..<line.endIndex].prefix { $0 != "\"" })
        }
    }

    private func inRequest(_ scope: RequestScope, _ body: () -> Void) {
        let span = tracer.start("request", ofKind: .server, in: .topLevel, scope: scope, at: 0)
        InstrumentationContext.$current.withValue(span.context) { tracer.withSpan("below") { _ in body() } }
    }

    @Test func debugLinesAreWrittenWhenTheirRequestFailsAndOnlyThen() {
        let fine = RequestScope()
        inRequest(fine) {
            logger.debug("unheard")
            logger.info("heard")
        }
        let failing = RequestScope()
        inRequest(failing) {
            logger.debug("why")
            logger.info("that")
        }
        failing.fail()
        inRequest(failing) { logger.debug("late") }
        logger.debug("outside")
        #expect(messages() == ["heard", "that", "why", "late"])
    }

    @Test func theOldestLinesMakeRoomForTheNewest() {
        let scope = RequestScope(debugBytesMax: 4_096)
        inRequest(scope) { for index in 0..<1_000 { logger.debug("line \(index)") } }
        scope.fail()
        let messages = messages()
        #expect((1...60).contains(messages.count))
        #expect(messages.last == "line 999")
    }

    @Test func aSampledRequestWritesItsDebugLinesAtOnce() {
        inRequest(RequestScope(writesDebugLines: true)) { logger.debug("heard") }
        #expect(messages() == ["heard"])
    }

    @Test func aFieldOfTheRequestStandsOnEveryLineFromThere() throws {
        let scope = RequestScope(isColdStart: true)
        inRequest(scope) {
            logger.info("before")
            RequestScope.current?.append("learner", "7")
            RequestScope.current?.append("learner", "8")
            logger.info("after")
        }
        close(pipe[1])
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = read(pipe[0], &chunk, chunk.count)
        close(pipe[0])
        let lines = String(decoding: chunk[..<max(count, 0)], as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[0].hasSuffix(#""logger":"lessons","cold_start":true}"#))
        #expect(lines[1].hasSuffix(#""cold_start":true,"metadata":{"learner":"8"}}"#))
    }
}

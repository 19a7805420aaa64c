import Glibc
import Logging
import OTLP
import Telemetry
import Testing
import Tracing

@Suite struct LogTests {
    private struct Refusal: Error, CustomStringConvertible { var description: String { "not \"today\"" } }

    private let exporter = RecordingExporter()
    private let processor: BatchProcessor
    private let tracer: RecordingTracer
    private let file: Int32
    private var logger: Logger
    private let log: Log

    init() throws {
        // A file, not a pipe: it never waits for its reader.
        var path = Array("/tmp/telemetry-lines-XXXXXX".utf8CString)
        let file = mkstemp(&path)
        try #require(file >= 0)
        unlink(path)
        self.file = file
        let processor = BatchProcessor(Telemetry.Configuration(serviceName: "tested"), ExporterChoice(exporter))
        self.processor = processor
        tracer = RecordingTracer(records: processor.spans)
        let writer = LogWriter(
            service: "tested", output: LineOutput(descriptor: file), records: processor.logs)
        logger = Logger(label: "lessons") { StructuredLogHandler(label: $0, level: .debug, writer: writer) }
        log = Log("lessons", level: .debug, writer: writer)
        processor.start()
    }

    private func lines() -> [String] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        lseek(file, 0, SEEK_SET)
        while case let count = read(file, &chunk, chunk.count), count > 0 { bytes += chunk[..<count] }
        close(file)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func records() async throws -> [ScopeLogs] {
        #expect(await processor.shutdown(deadline: .now + .seconds(30)))
        return try exporter.scopeLogs()
    }

    @Test func aLineHasItsKeysInOrderAndItsValuesWithTheirTypes() async throws {
        logger.info(
            "hello \u{1B}[31m\n\"world\" 日本",
            metadata: [
                "b": "text", "a": .stringConvertible(3), "list": ["x", .stringConvertible(true)],
                "nested": ["k": .stringConvertible(0.5)],
            ])
        let line = try #require(lines().first)
        #expect(line.hasPrefix(#"{"timestamp":"20"#))
        // What stands before is the time: `{"timestamp":"` and 30 characters.
        #expect(
            String(line.dropFirst(14 + 30)) == #"""
                ","level":"INFO","message":"hello \u001b[31m\n\"world\" 日本","service":"tested","logger":"lessons","metadata":{"a":3,"b":"text","list":["x",true],"nested":{"k":0.5}}}
                """#)
        let scopes = try await records()
        #expect(scopes.map(\.scope?.name) == ["lessons"])
        let record = try #require(scopes.first?.logRecords.first)
        #expect(record.body == "hello \u{1B}[31m\n\"world\" 日本")
        #expect(record.severityNumber == .info)
        #expect(record.attributes["a"] == 3)
        #expect(record.attributes["list"] == .array(["x", true]))
        #expect(record.attributes["nested"] == .map([Attribute("k", 0.5)]))
    }

    @Test func aLineSaysWhichSpanAndRequestItBelongsTo() async throws {
        var context = InstrumentationContext.topLevel
        context.requestID = "req-7"
        let span = tracer.withSpan("work", context: context) { span in
            logger.error("failed", error: Refusal())
            return span.context.spanContext
        }
        let identity = try #require(span)
        let line = try #require(lines().first)
        #expect(
            line.contains(
                #""request_id":"req-7","trace_id":"\#(identity.traceID)","span_id":"\#(identity.spanID)","logger""#))
        #expect(line.contains(#"Refusal","message":"not \"today\"","stack":""#) && line.hasSuffix(#""}}"#))
        let scopes = try await records()
        let record = try #require(scopes.first?.logRecords.first)
        #expect(record.traceID == identity.traceID)
        #expect(record.spanID == identity.spanID)
        #expect(record.attributes["request.id"] == "req-7")
        #expect(record.attributes["exception.message"] == "not \"today\"")
    }

    @Test func aTypedLineIsTheLineOfALogger() async throws {
        log.info("hello") { fields in
            fields.set("a", 3)
            fields.set("b", "text")
            fields.set("c", true)
            fields.set("d", 0.5)
            fields.set("a", 4)
        }
        logger.info(
            "hello",
            metadata: [
                "b": "text", "a": .stringConvertible(3), "d": .stringConvertible(0.5), "c": .stringConvertible(true),
            ])
        let lines = lines().map { $0.dropFirst(14 + 30) }
        #expect(lines.count == 2)
        // The second value of a key is not taken, and the line says that something is missing.
        #expect(lines[0] == lines[1].dropLast() + #","truncated":true}"#)
        let records = try await records().flatMap(\.logRecords)
        #expect(records[0].attributes == records[1].attributes)
        #expect(records[0].droppedAttributesCount == 1)
    }

    @Test func textOfEveryLengthIsWrittenWholeAndEscapedAtEitherEnd() async throws {
        // Beyond two pieces of 256 bytes; words of 1, 4, 8 and 16 bytes meet every remainder on the way.
        let texts = (0...520).flatMap { length in
            let text = String(repeating: "ab\u{E9}cdefg", count: 65).prefix(length)
            return [String(text), "\"" + text, text + "\n"]
        }
        for text in texts { log.info(text) { $0.set(text, text) } }
        let escaped = texts.map { text in
            text.replacing("\"", with: #"\""#).replacing("\n", with: #"\n"#)
        }
        #expect(
            lines().map { String($0.dropFirst(14 + 30)) }
                == escaped.map {
                    #"","level":"INFO","message":"\#($0)","service":"tested","logger":"lessons","metadata":{"\#($0)":"\#($0)"}}"#
                })
        let records = try await records().flatMap(\.logRecords)
        #expect(records.map(\.body) == texts.map { .string($0) })
        #expect(records.map { $0.attributes.count } == texts.map { _ in 1 })
        #expect(zip(records, texts).allSatisfy { $0.attributes[$1] == .string($1) })
    }

    @Test func aLineIsNeverBrokenHoweverLongItWouldBe() async throws {
        let long = String(repeating: "\u{1}\"日", count: 100_000)
        logger.info(
            "\(long)",
            metadata: ["a": "\(long)", "b": "\(long)", "list": .array(Array(repeating: "\(long)", count: 50))])
        let lines = lines()
        #expect(lines.count == 1)
        let line = try #require(lines.first)
        #expect(line.utf8.count <= 300 << 10)
        #expect(line.hasSuffix(#","truncated":true}"#))
        var reader = JSONReader(Array(line.utf8))
        try reader.skip()
        try reader.end()
        _ = try await records()
    }

    @Test func secretsDoNotLeaveTheProcess() async throws {
        logger.info(
            "logged in",
            metadata: [
                "password": "hunter2", "userApiKey": "k", "Authorization": "Bearer x", "access_token": "t",
                "input_tokens": .stringConvertible(7), "nested": ["client-secret": "s", "plain": "p"],
            ])
        let line = try #require(lines().first)
        #expect(
            line.contains(
                #""metadata":{"Authorization":"[redacted]","access_token":"[redacted]","input_tokens":7,"nested":{"client-secret":"[redacted]","plain":"p"},"password":"[redacted]","userApiKey":"[redacted]"}"#
            ))
        let record = try #require(try await records().first?.logRecords.first)
        #expect(record.attributes["password"] == "[redacted]")
        #expect(
            record.attributes["nested"] == .map([Attribute("client-secret", "[redacted]"), Attribute("plain", "p")]))
    }

    @Test func loggersAreValuesAndThoseOfOneNameAlike() async throws {
        var copy = logger
        copy[metadataKey: "learner"] = "ada"
        let inherited = copy
        copy[metadataKey: "learner"] = "grace"
        copy.logLevel = .error
        copy.info("unheard")
        copy.error("first")
        inherited.info("second")
        logger.info("third")
        let lines = lines()
        #expect(lines.count == 3)
        #expect(
            lines[0].contains(
                #""message":"first","service":"tested","logger":"lessons","metadata":{"learner":"grace"}"#))
        #expect(
            lines[1].contains(#""message":"second","service":"tested","logger":"lessons","metadata":{"learner":"ada"}"#)
        )
        #expect(lines[2].contains(#""message":"third","service":"tested","logger":"lessons"}"#))
    }

    @Test func whatIsBelowTheLevelIsNeitherWrittenNorSent() async throws {
        logger.trace("unheard")
        #expect(lines().isEmpty)
        let records = try await records()
        #expect(records.isEmpty)
    }

    @Test func metadataNestedWithoutEndIsCutNotFatal() async throws {
        var value = Logger.MetadataValue.string("deep")
        for _ in 0..<1_000 { value = .array([value]) }
        logger.info("nested", metadata: ["deep": value])
        #expect(lines().count == 1)
        let records = try await records()
        #expect(records.first?.logRecords.count == 1)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000000000Z"), (951_782_400_000_000_001, "2000-02-29T00:00:00.000000001Z"),
            (1_795_509_381_123_456_789, "2026-11-24T08:36:21.123456789Z"),
            (UInt64.max, "2554-07-21T23:34:33.709551615Z"),
        ] as [(UInt64, String)])
    func timestampsAreRFC3339(nanoseconds: UInt64, text: String) {
        #expect(Timestamp.rfc3339(nanoseconds) == text)
    }
}

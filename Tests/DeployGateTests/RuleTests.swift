import DeployGate
import OTLP
import Testing

/// For each rule: what is right passes, and the one thing that is wrong is found.
@Suite struct RuleTests {
    @Test func aDeploymentThatDoesEverythingRightPasses() throws {
        let judged = try Judged()
        #expect(judged.blocking == [])
        #expect(judged.verdict.conclusion == .pass)
    }

    @Test func everyRuleSaysSomethingAndIdsAreUnique() throws {
        #expect(Rule.all.count == 40)
        #expect(Set(Rule.all.map(\.id)).count == 40)
        let judged = try Judged()
        for rule in Rule.all {
            #expect(judged.verdict.findings.contains { $0.rule.id == rule.id }, "\(rule.id) is silent")
        }
    }

    @Test func anEmptyStoreIsNeverAPass() throws {
        var sent = Sent()
        sent.requestCount = 0
        sent.metrics = []
        sent.sendsWorker = false
        let judged = try Judged(sent)
        #expect(judged.verdict.conclusion == .inconclusive)
        #expect(judged.open("TG-GATE-01").count == 2)
        let live = judged.verdict.findings.filter { $0.rule.phase == .evidence && $0.status == .passed }
        #expect(live.isEmpty, "\(live.map(\.rule.id)) passed on nothing")
    }

    // MARK: Logs

    @Test func aBareLineIsFound() throws {
        var sent = Sent()
        sent.changeLog = { record, number in
            guard number == 1 else { return }
            record = LogRecord(timeUnixNano: record.timeUnixNano, body: "something happened")
        }
        let judged = try Judged(sent)
        #expect(judged.open("TG-LOG-01") == ["fail edge"])
        #expect(judged.saw("TG-LOG-01").contains("1 of 3 lines"))
        sent.changeLog = { record, _ in
            record = LogRecord(timeUnixNano: record.timeUnixNano, body: #"{"level":"info"}"#)
        }
        #expect(try Judged(sent).open("TG-LOG-01") == [])
        sent.changeLog = { record, _ in record = LogRecord(timeUnixNano: record.timeUnixNano, body: #"{"level":"#) }
        #expect(try Judged(sent).open("TG-LOG-01") == ["fail edge"])
    }

    @Test func thePlatformsOwnLinesOnlyWarn() throws {
        var sent = Sent()
        sent.changeLog = { record, number in
            guard number == 1 else { return }
            record = LogRecord(
                timeUnixNano: record.timeUnixNano,
                body:
                    "REPORT RequestId: x\tDuration: 3 ms\tBilled Duration: 4 ms\tMemory Size: 256 MB\tMax Memory Used: 250 MB"
            )
        }
        let judged = try Judged(sent)
        #expect(judged.open("TG-LOG-01") == ["fail edge"])
        #expect(judged.blocking == [])
        #expect(judged.saw("TG-CFG-04").contains("peak 250 MB of 256 MB"), "its figures are used")
    }

    @Test func missingFieldsAreNamed() throws {
        var sent = Sent()
        sent.changeLog = { record, number in
            if number == 1 { record.attributes = [] }
            if number == 2 { record.severityNumber = .unspecified }
        }
        let judged = try Judged(sent)
        #expect(judged.open("TG-LOG-02") == ["fail edge"])
        #expect(judged.saw("TG-LOG-02").contains("level in 1") && judged.saw("TG-LOG-02").contains("request id in 1"))
        #expect(judged.open("TG-LOG-04") == ["fail edge"])
    }

    @Test func aLineThatNamesNoStoredSpanIsFound() throws {
        var sent = Sent()
        sent.changeLog = { record, number in if number == 1 { record.spanID = SpanID(99) } }
        #expect(try Judged(sent).open("TG-LOG-03") == ["fail edge"])
        sent.changeLog = { record, number in
            if number == 1 {
                record.spanID = .zero
                record.traceID = .zero
            }
        }
        #expect(try Judged(sent).open("TG-LOG-03") == ["fail edge"])
    }

    @Test func linesWithoutALevelDoNotHideDebugLines() throws {
        var sent = Sent()
        sent.changeLog = { record, number in record.severityNumber = number == 1 ? .unspecified : .debug }
        let saw = try Judged(sent, gate: Judged.gate + "environment: production\n").saw("TG-LOG-04")
        #expect(saw.contains("have no level; ") && saw.contains("in production"))
    }

    @Test func debugLinesAreFoundInProductionOnly() throws {
        var sent = Sent()
        sent.changeLog = { record, _ in record.severityNumber = .debug }
        #expect(try Judged(sent).open("TG-LOG-04") == [])
        #expect(try Judged(sent, gate: Judged.gate + "environment: production\n").open("TG-LOG-04") == ["fail edge"])
    }

    @Test(arguments: [
        "key AKIAIOSFODNN7EXAMPLE used", "Authorization: Bearer abc123def456ghi789", "card 4111 1111 1111 1111",
        "token ghp_1234567890abcdefghij1234567890abcdef", "-----BEGIN RSA PRIVATE KEY-----",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0",
    ])
    func secretsAreFoundAndNeverQuoted(_ text: String) throws {
        var sent = Sent()
        sent.changeLog = { record, number in if number == 1 { record.body = .string(text) } }
        let judged = try Judged(sent)
        #expect(judged.open("TG-LOG-05") == ["fail edge"])
        let report = String(decoding: ReportFormat.json.report(judged.verdict), as: UTF8.self)
        #expect(!report.contains(text), "the report tells the secret")
        sent.changeLog = { _, _ in }
        sent.changeEdge = { span, _ in span.attributes.append(Attribute("http.header", .string(text))) }
        #expect(try Judged(sent).open("TG-LOG-05") == ["fail edge"])
    }

    @Test(arguments: [
        "order 4111111111111112", "id 1234567890123456", "skipping step-by-step guidance for everybody",
        "Bearer of bad news",
        "a 0af7651916cd43dd8448eb211c80319c trace", "sk-learn-is-a-library-that-has-no-digits-at-all",
    ])
    func whatOnlyLooksLikeASecretIsNone(_ text: String) throws {
        var sent = Sent()
        sent.changeLog = { record, _ in record.body = .string(text) }
        #expect(try Judged(sent).open("TG-LOG-05") == [])
    }

    @Test func retentionIsMissed() throws {
        let manifest = Manifests.functions.replacing("    log-retention: 30 days\n", with: "")
        #expect(try Judged(manifest: manifest).open("TG-LOG-06") == ["fail edge", "fail worker"])
    }

    // MARK: Metrics

    @Test func missingMetricsAreNamed() throws {
        var sent = Sent()
        sent.metrics = [Sent.counter("faas.invocations", "{invocation}")]
        let judged = try Judged(sent)
        #expect(judged.open("TG-MET-01") == ["fail edge", "fail worker"])
        #expect(judged.saw("TG-MET-01").contains("faas.invoke_duration"))
        sent.metrics = [Sent.duration("http.server.request.duration", "s")]
        #expect(try Judged(sent).open("TG-MET-01") == [], "one histogram carries all three")
    }

    @Test(arguments: [
        ("a.size", "By", true), ("a.time", "ms", true), ("a.rate", "{request}/s", true), ("a.ratio", "1", true),
        ("a.speed", "m/s2", true), ("a.x", "", false), ("a.x", "seconds", false), ("a.x", "By{", false),
        ("a.seconds", "s", false), ("a_bytes", "By", false), ("a.x", "/s", true), ("a.x", "kBy.s", true),
    ])
    func unitsAreJudged(_ name: String, _ unit: String, _ isGood: Bool) throws {
        var sent = Sent()
        sent.metrics = Sent.faasMetrics + [Sent.counter(name, unit)]
        #expect(try Judged(sent).open("TG-MET-02") == (isGood ? [] : ["fail \(name)"]))
    }

    @Test func aChangedUnitOrChangedBucketsAreFound() throws {
        var sent = Sent()
        let before = Sent.since - 60_000_000_000
        sent.metrics = Sent.faasMetrics + [Sent.duration("a.time", "s"), Sent.duration("a.time", "ms", at: before)]
        #expect(try Judged(sent).open("TG-MET-03") == ["fail a.time"])
        sent.metrics =
            Sent.faasMetrics + [Sent.duration("a.time", "s"), Sent.duration("a.time", "s", bounds: [0.5], at: before)]
        #expect(try Judged(sent).open("TG-MET-03") == ["fail a.time"])
    }

    @Test func aRequestIDOnAMetricBlocksAtOnceAndManyValuesDo() throws {
        var sent = Sent()
        sent.metrics = Sent.faasMetrics + [Sent.counter("a.count", "1", attributes: [Attribute("request.id", "r")])]
        #expect(try Judged(sent).open("TG-MET-04") == ["fail a.count"])
        sent.metrics =
            Sent.faasMetrics
            + (0..<12_000).map { Sent.counter("a.count", "1", attributes: [Attribute("item", .int($0))]) }
        #expect(try Judged(sent).open("TG-MET-04") == ["fail a.count"])
        sent.metrics =
            Sent.faasMetrics + (0..<100).map { Sent.counter("a.count", "1", attributes: [Attribute("item", .int($0))]) }
        #expect(try Judged(sent).open("TG-MET-04") == [])
    }

    // MARK: Traces

    @Test func aFunctionWithoutEntrySpansIsFound() throws {
        var sent = Sent()
        sent.changeWorker = { span, _ in span.kind = .internal }
        let judged = try Judged(sent)
        #expect(judged.open("TG-TRC-01") == ["fail worker"])
        #expect(judged.open("TG-TRC-04") == ["fail edge"], "the call has nothing on its other side")
        #expect(judged.open("TG-GATE-01") == ["inconclusive worker"])
    }

    @Test func aLostParentIsFoundButNotThatOfAnOutsideCaller() throws {
        var sent = Sent()
        sent.changeWorker = { span, number in if number == 1 { span.parentSpanID = SpanID(77) } }
        let judged = try Judged(sent)
        #expect(judged.open("TG-TRC-02") == ["fail worker"])
        #expect(judged.saw("TG-TRC-02").contains("1 of 3"))
        sent.changeWorker = { _, _ in }
        sent.changeEdge = { span, _ in span.parentSpanID = SpanID(77) }
        #expect(try Judged(sent).open("TG-TRC-02") == [])
    }

    @Test func aTraceThatBeginsWithACallIsFound() throws {
        var sent = Sent()
        sent.addsSpans = [
            Span(
                traceID: Sent.trace(500), spanID: SpanID(1), name: "GET", kind: .client,
                startTimeUnixNano: Sent.since + 1_000_000_000,
                endTimeUnixNano: Sent.since + 2_000_000_000)
        ]
        #expect(try Judged(sent).open("TG-TRC-03") == ["fail edge"])
    }

    @Test func clutterIsFound() throws {
        var sent = Sent()
        sent.addsSpans = (0..<11).map {
            Span(
                traceID: Sent.trace(0), spanID: SpanID(100 + UInt64($0)), parentSpanID: SpanID(1), name: "step",
                kind: .internal,
                startTimeUnixNano: Sent.since + 60_000_000_000, endTimeUnixNano: Sent.since + 60_010_000_000)
        }
        #expect(try Judged(sent).open("TG-TRC-05") == ["fail edge"])
        sent.addsSpans = (0..<21).map {
            Span(
                traceID: Sent.trace(0), spanID: SpanID(100 + UInt64($0)), parentSpanID: SpanID(1), name: "step",
                kind: .client,
                startTimeUnixNano: Sent.since + 60_000_000_000, endTimeUnixNano: Sent.since + 60_000_100_000)
        }
        #expect(try Judged(sent).open("TG-TRC-05") == ["fail edge"])
    }

    @Test(arguments: [
        ("GET /lessons/{lesson}", true), ("GET /v2/lessons", true), ("GET /lessons/123456", false),
        ("load 550e8400-e29b-41d4-a716-446655440000", false), ("SELECT 2024", false), ("decade", true),
        ("s3 put", true),
    ])
    func idsInSpanNamesAreFound(_ name: String, _ isGood: Bool) throws {
        var sent = Sent()
        sent.edgeSpan = name
        #expect(try Judged(sent).open("TG-TRC-06") == (isGood ? [] : ["fail edge"]))
    }

    @Test func theErrorPathNeedsStatusExceptionAndLogOnOneSpan() throws {
        var sent = Sent()
        sent.changeWorker = { span, _ in span.events = [] }
        #expect(try Judged(sent).open("TG-TRC-07") == ["fail worker"], "edge has all three, and stands above it")
        sent.changeWorker = { _, _ in }
        sent.changeEdge = { span, _ in span.events = [] }
        let handedOn = try Judged(sent)
        #expect(handedOn.open("TG-TRC-07") == [], "edge hands the worker's error on")
        #expect(handedOn.saw("TG-TRC-07").contains("above one with exception and ERROR log"))
        sent.changeLog = { record, _ in record.severityNumber = .info }
        #expect(try Judged(sent).open("TG-TRC-07") == [], "the worker's log is enough")
        sent.changeLog = { _, _ in }
        sent.changeWorker = { span, _ in span.events = [] }
        sent.changeEdge = { span, _ in span.events = [] }
        #expect(try Judged(sent).open("TG-TRC-07") == ["fail edge", "fail worker"], "no exception")
        sent.changeEdge = { _, _ in }
        sent.changeLog = { record, _ in record.severityNumber = .info }
        #expect(try Judged(sent).open("TG-TRC-07") == ["fail edge", "fail worker"], "no ERROR log on edge's span")
        sent.changeWorker = { span, _ in span.status = nil }
        sent.changeEdge = { span, _ in span.status = nil }
        let judged = try Judged(sent)
        #expect(judged.open("TG-TRC-07") == ["inconclusive edge", "inconclusive worker"])
        #expect(judged.verdict.conclusion == .inconclusive, "of a user-facing function it has to be known")
    }

    @Test func missingFunctionAttributesAreNamed() throws {
        var sent = Sent()
        sent.changeEdge = { span, _ in span.attributes.removeAll { $0.key == "faas.trigger" } }
        let judged = try Judged(sent)
        #expect(judged.open("TG-TRC-08") == ["fail edge"])
        #expect(judged.saw("TG-TRC-08").contains("faas.trigger"))
    }

    // MARK: Resources

    @Test func aNamelessServiceIsFound() throws {
        var sent = Sent()
        sent.changeEdgeResource = { resource in
            resource.attributes.removeAll { $0.key == "service.name" }
            resource.attributes.append(Attribute("faas.name", "edge"))
        }
        #expect(try Judged(sent).open("TG-RES-01") == ["fail edge"])
        sent.changeEdgeResource = { $0.attributes[0] = Attribute("service.name", "unknown_service:python") }
        #expect(try Judged(sent).open("TG-RES-01").first?.hasPrefix("fail") == true)
    }

    @Test func anotherVersionThanTheOneBeingDeployedIsFound() throws {
        #expect(try Judged(version: "1.4.1").open("TG-RES-02") == ["fail edge", "fail worker"])
        #expect(
            try Judged(manifest: Manifests.functions.replacing("version: 1.4.0\n", with: "")).open("TG-RES-02") == [
                "inconclusive edge", "inconclusive worker",
            ])
        var sent = Sent()
        sent.version = nil
        #expect(try Judged(sent).open("TG-RES-02") == ["fail edge", "fail worker"])
    }

    @Test func missingEnvironmentAndSharedInstancesAreFound() throws {
        var sent = Sent()
        sent.changeEdgeResource = { $0.attributes.removeAll { $0.key == "deployment.environment.name" } }
        #expect(try Judged(sent).open("TG-RES-03") == ["fail edge"])
        sent.changeEdgeResource = { $0.attributes.removeAll { $0.key == "service.instance.id" } }
        #expect(try Judged(sent).open("TG-RES-03") == ["fail edge"])
    }

    @Test func deprecatedMisplacedAndMistypedAttributesAreFound() throws {
        var sent = Sent()
        sent.changeEdge = { span, _ in
            span.attributes += [
                Attribute("http.method", "GET"), Attribute("service.name", "edge"),
                Attribute("http.response.status_code", "200"),
                Attribute("My Attribute", "x"), Attribute("lesson.id", 7),
            ]
        }
        let judged = try Judged(sent)
        #expect(
            judged.open("TG-RES-04") == [
                "fail span attribute My Attribute", "fail span attribute http.method",
                "fail span attribute http.response.status_code", "fail span attribute service.name",
            ])
        #expect(judged.saw("TG-RES-04").contains("must be http.request.method"))
    }

    // MARK: Configuration

    @Test func undeclaredMemoryAndTimeoutBlock() throws {
        let manifest = Manifests.functions.replacing("    memory: 256 MB\n", with: "").replacing(
            "    timeout: 1 min\n", with: "")
        let judged = try Judged(manifest: manifest)
        #expect(judged.open("TG-CFG-01") == ["fail edge"])
        #expect(judged.open("TG-CFG-02") == ["fail worker"])
        #expect(judged.verdict.conclusion == .blocked)
        let place = judged.verdict.findings.first { $0.rule.id == "TG-CFG-01" && $0.status == .failed }?.place
        #expect(place == Place(file: "functions.yaml", line: 11))
    }

    @Test(arguments: [("29 s", true), ("30 s", false), ("16 min", false), ("0 s", false)])
    func aTimeoutBehindAGatewayIsAtMostWhatTheGatewayWaits(_ timeout: String, _ isGood: Bool) throws {
        let manifest = Manifests.functions.replacing("timeout: 10 s", with: "timeout: \(timeout)")
        #expect(try Judged(manifest: manifest).open("TG-CFG-02") == (isGood ? [] : ["fail edge"]))
    }

    @Test func memoryThatCannotBeBoughtBlocks() throws {
        #expect(
            try Judged(manifest: Manifests.functions.replacing("256 MB", with: "64 MB")).open("TG-CFG-01") == [
                "fail edge"
            ])
    }

    @Test func aTimeoutFarFromWhatWasMeasuredWarns() throws {
        var sent = Sent()
        sent.requestCount = 30
        let judged = try Judged(sent)
        #expect(judged.open("TG-CFG-03") == ["fail edge", "fail worker"], "10 s for 100 ms, 60 s for 50 ms")
        #expect(try Judged().open("TG-CFG-03") == ["inconclusive edge", "inconclusive worker"], "3 invocations")
        let near = Manifests.functions.replacing("timeout: 10 s", with: "timeout: 0.15 s")
        #expect(try Judged(sent, manifest: near).saw("TG-CFG-03").contains("too near"))
    }

    @Test func aClientMustNotWaitLongerThanItsFunctionRuns() throws {
        func edge(_ line: String) throws -> Judged {
            var sent = Sent()
            sent.requestCount = 30
            sent.changeEdge = { span, _ in span.endTimeUnixNano = span.startTimeUnixNano + 1_000_000_000 }
            sent.changeWorker = { span, _ in span.endTimeUnixNano = span.startTimeUnixNano + 6_000_000_000 }
            return try Judged(
                sent,
                manifest: Manifests.functions.replacing(
                    "    client-timeouts: {worker: 3 s}", with: "    client-timeouts: \(line)"))
        }
        #expect(try edge("{worker: 3 s}").open("TG-CFG-03") == [])
        #expect(try edge("{worker: 10 s}").open("TG-CFG-03") == ["fail edge"], "as long as the function")
        #expect(try edge("{worker: 30 s}").saw("TG-CFG-03").contains("it waits 30 s for worker; must be less than"))
        #expect(try edge("{worker: soon}").open("TG-CFG-03") == ["inconclusive edge"])
        #expect(
            try edge("{}").open("TG-CFG-03") == ["inconclusive edge"], "it calls, and nobody says how long it waits")
        #expect(try edge("{}").saw("TG-CFG-03").contains("neither declared nor seen"))
    }

    @Test(arguments: [
        ("WORKER_TIMEOUT_MS: 12000", true), ("WORKER_TIMEOUT_MS: 2000", false), ("WORKER_TIMEOUT_SECONDS: 12", true),
        ("OTEL_EXPORTER_OTLP_TIMEOUT: 30000", true), ("WORKER_TIMEOUT: 30", false),
    ])
    func aVariableSaysHowLongAClientWaits(_ variable: String, _ isTooLong: Bool) throws {
        let manifest = Manifests.functions.replacing("environment: {", with: "environment: {\(variable), ")
        #expect(try Judged(manifest: manifest).saw("TG-CFG-03").contains("must be less than its timeout") == isTooLong)
    }

    @Test func aCallThatTimedOutShowsHowLongItsClientWaits() throws {
        var sent = Sent()
        sent.addsSpans = [
            Span(
                traceID: Sent.trace(0), spanID: SpanID(50), parentSpanID: SpanID(1), name: "GET", kind: .client,
                startTimeUnixNano: Sent.since + 60_000_000_000, endTimeUnixNano: Sent.since + 62_000_000_000,
                attributes: [Attribute("server.address", "api.example.org"), Attribute("error.type", "TimeoutError")])
        ]
        let manifest = Manifests.functions.replacing("    client-timeouts: {worker: 3 s}\n", with: "")
        let judged = try Judged(sent, manifest: manifest)
        #expect(judged.saw("TG-CFG-03").contains("it waits at most: api.example.org 2 s, as seen"))
    }

    @Test func memoryHeadroomIsJudged() throws {
        var sent = Sent()
        sent.metrics = Sent.faasMetrics.dropLast() + [Sent.memory(250 << 20)]
        #expect(try Judged(sent).open("TG-CFG-04") == ["fail edge"], "250 of 256 MB; of 512 MB it is 48 %")
        sent.metrics = Array(Sent.faasMetrics.dropLast())
        #expect(try Judged(sent).open("TG-CFG-04") == ["inconclusive edge", "inconclusive worker"])
    }

    @Test func aColdEndpointBlocks() throws {
        let manifest = Manifests.functions.replacing("    provisioned-concurrency: 1\n", with: "")
        #expect(try Judged(manifest: manifest).open("TG-CFG-05") == ["fail edge"], "worker answers nobody")
    }

    @Test func concurrencyHasToBeAboveZero() throws {
        #expect(
            try Judged(
                manifest: Manifests.functions.replacing("reserved-concurrency: 5", with: "reserved-concurrency: 0")
            ).open("TG-CFG-06") == ["fail worker"])
        #expect(
            try Judged(manifest: Manifests.functions.replacing("    reserved-concurrency: 5\n", with: "")).open(
                "TG-CFG-06") == ["fail worker"])
    }

    @Test func anAsynchronousTriggerNeedsAWayOut() throws {
        #expect(
            try Judged(manifest: Manifests.functions.replacing(", on-failure: failed", with: "")).open("TG-CFG-07") == [
                "fail worker"
            ])
    }

    @Test func anExporterHasToBeConfigured() throws {
        #expect(
            try Judged(manifest: Manifests.functions.replacing("    layers: [otel-collector]\n", with: "")).open(
                "TG-CFG-08") == ["fail worker", "inconclusive edge"])
        let disabled = Manifests.functions.replacing(
            "environment: {", with: "environment: {OTEL_SDK_DISABLED: \"true\", ")
        #expect(try Judged(manifest: disabled).open("TG-CFG-08") == ["fail edge", "inconclusive worker"])
        var sent = Sent()
        sent.metrics =
            Sent.faasMetrics + [Sent.duration("otel.sdk.exporter.operation.duration", "s", bounds: [0.3, 1])]
        #expect(try Judged(sent).open("TG-CFG-08") == ["fail edge", "fail worker"], "300 ms")
        sent.metrics =
            Sent.faasMetrics + [Sent.duration("otel.sdk.exporter.operation.duration", "s", bounds: [0.004, 1])]
        let fast = try Judged(sent)
        #expect(fast.open("TG-CFG-08") == [])
        #expect(fast.open("TG-OVH-01") == [], "4 ms is all that an invocation can wait for it")
    }

    @Test func howLongAnExportTakesIsSeenInItsSpanToo() throws {
        var sent = Sent()
        sent.addsSpans = [
            Span(
                traceID: Sent.trace(700), spanID: SpanID(1), parentSpanID: SpanID(9), name: "POST", kind: .client,
                startTimeUnixNano: Sent.since + 60_000_000_000, endTimeUnixNano: Sent.since + 60_300_000_000,
                attributes: [Attribute("url.full", "http://collector:4318/v1/traces")])
        ]
        let judged = try Judged(sent)
        #expect(judged.open("TG-CFG-08") == ["fail edge", "inconclusive worker"])
        #expect(judged.blocking == ["TG-CFG-08", "TG-TRC-02"], "300 ms; and the span has no parent")
    }

    @Test func withoutFiguresTheCostOfTelemetryIsNotKnown() throws {
        let silent = try Judged()
        #expect(silent.open("TG-OVH-01") == ["inconclusive edge", "inconclusive worker"])
        #expect(silent.open("TG-CFG-08") == ["inconclusive edge", "inconclusive worker"])
        #expect(silent.blocking == [], "that it arrives is proven; how fast only warns")
        func reported(_ duration: Int, initMilliseconds: Int) throws -> Judged {
            var sent = Sent()
            sent.changeLog = { record, number in
                record.attributes = []
                record.body = .string(
                    "REPORT RequestId: e\(number)\tDuration: \(duration) ms\tMemory Size: 256 MB\tInit Duration: \(initMilliseconds) ms"
                )
            }
            return try Judged(sent)
        }
        #expect(try reported(103, initMilliseconds: 40).open("TG-OVH-01") == ["inconclusive worker"], "3 ms outside")
        let slow = try reported(150, initMilliseconds: 400)
        #expect(slow.open("TG-OVH-01") == ["inconclusive edge", "inconclusive edge", "inconclusive worker"])
        #expect(slow.saw("TG-OVH-01").contains("a cold start takes"))
    }

    @Test func anExportThatEveryInvocationWaitsForIsAnOverhead() throws {
        var sent = Sent()
        sent.metrics =
            Sent.faasMetrics + [Sent.duration("otel.sdk.exporter.operation.duration", "s", bounds: [0.1, 1])]
        let judged = try Judged(sent)
        #expect(judged.open("TG-OVH-01") == ["fail edge", "fail worker"])
        #expect(judged.open("TG-CFG-08") == [], "100 ms are soon enough for an answer")
        let local = Manifests.functions.replacing("provider: aws", with: "provider: local")
        #expect(
            try Judged(sent, manifest: local).open("TG-OVH-01") == ["inconclusive edge", "inconclusive worker"],
            "a process that lives on does not wait for it")
    }

    @Test func aMillionRequestsThatCostAFifthMoreAreFound() throws {
        var sent = Sent()
        sent.addsSpans = [
            Span(
                traceID: Sent.trace(900), spanID: SpanID(1), name: Sent().edgeSpan, kind: .server,
                startTimeUnixNano: Sent.since - 5_000_000_000, endTimeUnixNano: Sent.since - 4_950_000_000)
        ]
        let judged = try Judged(sent)
        #expect(judged.open("TG-CST-02") == ["fail edge", "inconclusive worker"], "50 ms before, 100 ms now")
        #expect(
            try Judged(sent, gate: Judged.gate + "thresholds: {cost-rise-percent-max: 200}\n").open("TG-CST-02") == [
                "inconclusive worker"
            ])
    }

    // MARK: Budget and cost

    @Test(arguments: ["50 %", "75 %", "90 %"])
    func everyOneOfTheThreeNotificationsIsNeeded(_ percent: String) throws {
        let missing = Manifests.functions.replacing("at: \(percent)", with: "at: 80 %")
        #expect(try Judged(manifest: missing).open("TG-BUD-01") == ["fail budget"])
        let mute = Manifests.functions.replacing("at: \(percent), to: a@example.org", with: "at: \(percent)")
            .replacing("at: \(percent), to: [a@example.org, b@example.org]", with: "at: \(percent)")
        #expect(try Judged(manifest: mute).saw("TG-BUD-01").contains(percent))
    }

    @Test func noBudgetBlocksAndNoForecastWarns() throws {
        let none = Manifests.functions.replacing("budget:", with: "x-budget:")
        #expect(throws: ManifestError.self) { try Judged(manifest: none) }
        let forecast = Manifests.functions.replacing(
            "            - {at: 100 %, of: forecast, to: a@example.org}\n", with: "")
        #expect(
            try Judged(manifest: forecast.replacing("    - {at: 100 %, of: forecast, to: a@example.org}\n", with: ""))
                .open("TG-BUD-02") == ["fail budget"])
        #expect(try Judged(manifest: Manifests.cloudFormationJSON).open("TG-BUD-01") == ["fail -"])
    }

    @Test func theProjectedCostIsHeldAgainstTheBudget() throws {
        // edge: 1 million × (0.25 GB × 0.1 s provisioned + request) + one warm instance; worker: 0.5 GB × 0.05 s.
        let judged = try Judged()
        #expect(judged.open("TG-CST-01") == [])
        #expect(judged.saw("TG-CST-01").contains("at 2 million requests"))
        #expect(judged.saw("TG-CST-01").hasPrefix("$3.80 a month"))
        #expect(try Judged(gate: "traffic: {default: 1 million}\nbudget: 3 USD\n").blocking == ["TG-CST-01"])
        let warned = try Judged(gate: "traffic: {default: 1 million}\nbudget: 5 USD\n")
        #expect(warned.open("TG-CST-01") == ["fail -"] && warned.blocking == [], "76 % only warns")
        #expect(try Judged(gate: "").open("TG-CST-01") == ["inconclusive edge"], "no traffic is declared")
    }

    // MARK: The fleet

    @Test func aSilentFunctionThatWasCalledBlocks() throws {
        var sent = Sent()
        sent.sendsWorker = false
        let judged = try Judged(sent)
        #expect(judged.open("TG-FLT-01") == ["fail worker"])
        #expect(judged.saw("TG-FLT-01").contains("edge called it 3 times"))
    }

    @Test func aServiceThatNobodyDeclaresIsFound() throws {
        let manifest = Manifests.functions.replacing("  worker:", with: "  other:")
        let judged = try Judged(manifest: manifest)
        #expect(judged.open("TG-FLT-02") == ["fail worker"])
        #expect(judged.open("TG-FLT-01") == ["inconclusive other"])
    }

    @Test func aFunctionWithoutAnInvocationHasNotLostAnything() throws {
        var sent = Sent()
        sent.requestCount = 0
        sent.addsSpans = [
            Span(
                traceID: Sent.trace(900), spanID: SpanID(1), name: "old step", kind: .server,
                startTimeUnixNano: Sent.since - 5_000_000_000, endTimeUnixNano: Sent.since - 4_000_000_000)
        ]
        #expect(!(try Judged(sent).open("TG-REG-01")).contains("fail edge"))
    }

    @Test func whatTheVersionBeforeSentMayNotDisappear() throws {
        var sent = Sent()
        sent.addsSpans = [
            Span(
                traceID: Sent.trace(900), spanID: SpanID(1), name: "old step", kind: .server,
                startTimeUnixNano: Sent.since - 5_000_000_000, endTimeUnixNano: Sent.since - 4_000_000_000)
        ]
        let judged = try Judged(sent)
        #expect(judged.open("TG-REG-01") == ["fail edge", "inconclusive worker"])
        #expect(judged.saw("TG-REG-01").contains("span \"old step\""))
        #expect(judged.saw("TG-CST-02").contains("before"), "1 s before, 100 ms now")
    }

    @Test func withAVersionWhatOthersSentIsHistory() throws {
        let judged = try Judged(version: "1.5.0", evidenceVersion: "1.5.0")
        #expect(judged.open("TG-FLT-01").count == 2)
        #expect(judged.verdict.conclusion != .pass)
    }

    @Test func tooFewInvocationsAreInconclusive() throws {
        let judged = try Judged(gate: Judged.gate + "thresholds: {invocations-min: 10}\n")
        #expect(judged.open("TG-GATE-01") == ["inconclusive edge", "inconclusive worker"])
        #expect(judged.verdict.conclusion == .inconclusive)
    }

    @Test func aClockThatIsAheadIsInconclusive() throws {
        var sent = Sent()
        sent.startUnixNano = Sent.until + 3_600_000_000_000
        let judged = try Judged(sent)
        #expect(judged.open("TG-GATE-01") == ["inconclusive -"])
        #expect(judged.saw("TG-GATE-01").contains("ahead of this clock"))
    }
}

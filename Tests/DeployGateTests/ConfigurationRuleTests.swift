import DeployGate
import OTLP
import Testing

/// Configuration: what is right passes, and the one thing that is wrong is found.
@Suite struct ConfigurationRuleTests {
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
}

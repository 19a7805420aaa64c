import CoreMetrics
import Logging
import OTLP
import Telemetry
import TelemetryTesting
import Testing
import Tracing

@Suite struct RecordingTests {
    private struct Refusal: Error {}

    @Test func aRecordingHasWhatTheCodeTold() async throws {
        let recording = await Recording.of {
            try withSpan("outer") { _ in
                withSpan("inner") { $0.attributes["lesson.id"] = "7" }
                Logger.current.info("told", metadata: ["k": "v"])
                Counter(label: "hints").increment(by: 3)
                throw Refusal()
            }
        }
        let span = try recording.expectSpan(named: "inner", childOf: "outer")
        #expect(span.attributes["lesson.id"] == "7")
        #expect(try recording.expectSpan(named: "outer").status?.code == .error)
        #expect(try recording.expectLog("told").attributes["k"] == "v")
        #expect(try recording.expectLog("told").traceID == span.traceID)
        try recording.expectMetric(named: "hints")
    }

    @Test func whatIsMissingIsSaidWithWhatThereIs() async throws {
        let recording = await Recording.of { withSpan("there") { _ in } }
        let error = #expect(throws: MissingTelemetry.self) { try recording.expectSpan(named: "elsewhere") }
        #expect(error?.description == #"cannot find one span named "elsewhere": got there"#)
        #expect(throws: MissingTelemetry.self) { try recording.expectSpan(named: "there", childOf: "there") }
        #expect(throws: MissingTelemetry.self) { try recording.expectLog("silence") }
    }

    @Test func theSamplersOfTheLibraryKeepTheRules() throws {
        try SamplerConformance.check(ConstantSampler.alwaysOn)
        try SamplerConformance.check(ConstantSampler.alwaysOff)
        try SamplerConformance.check(TraceIDRatioSampler(ratio: 0.3))
        try SamplerConformance.check(ParentBasedSampler(root: TraceIDRatioSampler(ratio: 0.3)))
        try SamplerConformance.check(RateLimitedSampler(spansPerSecond: 3), isDeterministic: false)
    }

    @Test func aSamplerThatTossesACoinIsFound() {
        struct Coin: Sampler {
            func decide(_ span: SamplingParameters) -> SamplingDecision { SamplingDecision(isSampled: .random()) }
        }
        #expect(throws: Violation.self) { try SamplerConformance.check(Coin()) }
    }

    @Test func theProcessorKeepsTheRulesHoweverItIsConfigured() async throws {
        try await ProcessorConformance.check(Telemetry.Configuration(serviceName: "standard"))
        var small = Telemetry.Configuration(serviceName: "small")
        for signal in Signal.allCases {
            small[signal].waitingRecordsMax = 64
            small[signal].batchRecordsMax = 3
            small[signal].interval = .seconds(3600)
        }
        try await ProcessorConformance.check(small)
    }

    @Test func aProcessorThatLosesWhatItIsGivenIsFound() async {
        var disabled = Telemetry.Configuration(serviceName: "disabled")
        disabled.isDisabled = true
        await #expect(throws: Violation.self) { try await ProcessorConformance.check(disabled) }
        var tiny = Telemetry.Configuration(serviceName: "tiny")
        tiny.traces.waitingRecordsMax = 5
        await #expect(throws: Violation.self) { try await ProcessorConformance.check(tiny) }
    }

    @Test func theExportersOfTheLibraryKeepTheRules() throws {
        try ExporterConformance.check(InMemoryExporter(), isReachable: true)
        let file = try #require(OTLPLinesExporter(path: "/dev/null"))
        try ExporterConformance.check(file, isReachable: true)
        let nowhere = ExporterChoice(
            Telemetry.Configuration(serviceName: "test", endpoint: Telemetry.Endpoint(host: "127.0.0.1", port: 1)))
        let exporter = try #require(nowhere.exporters.first as? OTLPHTTPExporter)
        try ExporterConformance.check(exporter, isReachable: false)
    }

    @Test func anExporterThatSaysDeliveredToNobodyIsFound() {
        #expect(throws: Violation.self) { try ExporterConformance.check(InMemoryExporter(), isReachable: false) }
        let refusing = InMemoryExporter([.refused(reason: "400")])
        #expect(throws: Violation.self) { try ExporterConformance.check(refusing, isReachable: true) }
    }
}

import DeployGate
import OTLP
import Testing

/// Metrics: what is right passes, and the one thing that is wrong is found.
@Suite struct MetricRuleTests {
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
}

import CoreMetrics
import OTLP
import Telemetry
import Testing
import Tracing

@Suite struct MetricTests {
    private func sum(_ metric: Metric?) -> NumberValue? {
        guard case .sum(let points, _, _) = metric?.data else { return nil }
        return points.first?.value
    }

    @Test func aDeltaTellsWhatCameSinceTheLastAndNothingWhenNothingCame() throws {
        let registry = MetricRegistry(isDelta: true)
        let counter = registry.counter("requests", unit: "{request}")
        counter.add(3)
        counter.add(-1)
        let first = try #require(registry.collect().first)
        #expect(sum(first) == .int(3))
        #expect(first.unit == "{request}")
        guard case .sum(_, .delta, true) = first.data else { return #expect(Bool(false), "\(first)") }
        #expect(registry.collect().isEmpty)
        counter.add()
        #expect(sum(registry.collect().first) == .int(1))
    }

    @Test func aSumSinceTheBeginningGrows() {
        let registry = MetricRegistry(isDelta: false)
        let counter = registry.counter("requests")
        counter.add(3)
        #expect(sum(registry.collect().first) == .int(3))
        counter.add(4)
        #expect(sum(registry.collect().first) == .int(7))
    }

    @Test func anUpDownCounterIsALevelAlsoAmongDeltas() throws {
        let registry = MetricRegistry(isDelta: true)
        let level = registry.upDownCounter("open")
        level.add(5)
        level.add(-2)
        _ = registry.collect()
        let metric = try #require(registry.collect().first)
        #expect(sum(metric) == .int(3))
        guard case .sum(_, .cumulative, false) = metric.data else { return #expect(Bool(false), "\(metric)") }
    }

    @Test func aHistogramSortsItsValues() throws {
        let registry = MetricRegistry(isDelta: true)
        let histogram = registry.histogram("sizes", buckets: .explicit([1, 10]))
        for value in [0.5, 1, 2, 100, .nan, .infinity] { histogram.record(value) }
        guard case .histogram(let points, .delta) = registry.collect().first?.data, let point = points.first else {
            return #expect(Bool(false))
        }
        #expect(point.bucketCounts == [2, 1, 1])
        #expect(point.count == 4)
        #expect(point.sum == 103.5)
        #expect((point.min, point.max) == (0.5, 100))
    }

    @Test func exponentialBucketsHoldWhatTheirBoundsSay() {
        for scale in [-10, -2, 0, 1, 3, 20] {
            for value in [Double.leastNonzeroMagnitude, 1e-300, 0.1, 0.5, 1, 1.5, 2, 3, 1e10, .greatestFiniteMagnitude]
            {
                let index = ExponentialBuckets.index(of: value, scale: scale)
                #expect(ExponentialBuckets.index(of: value * 0.999, scale: scale) <= index)
            }
            #expect(ExponentialBuckets.index(of: 1, scale: scale) == -1)
        }
        #expect(ExponentialBuckets.index(of: 1.5, scale: 0) == 0)
        #expect(ExponentialBuckets.index(of: 2, scale: 0) == 0)
        #expect(ExponentialBuckets.index(of: 2.1, scale: 0) == 1)
    }

    @Test func anExponentialHistogramNeverHasMoreBucketsThanItMay() throws {
        let registry = MetricRegistry(isDelta: false, histogramBuckets: .exponential(bucketsMax: 8))
        let histogram = registry.histogram("sizes")
        var exponent = -1_000.0
        while exponent < 1_000 {
            histogram.record(exponent.magnitude * 1e3 + 1)
            histogram.record(-exponent.magnitude - 0.5)
            exponent += 7
        }
        histogram.record(0)
        guard case .exponentialHistogram(let points, _) = registry.collect().first?.data, let point = points.first
        else {
            return #expect(Bool(false))
        }
        #expect((1...8).contains(point.positive?.bucketCounts.count ?? 0))
        #expect((1...8).contains(point.negative?.bucketCounts.count ?? 0))
        let counted = (point.positive?.bucketCounts ?? []) + (point.negative?.bucketCounts ?? [])
        #expect(counted.reduce(0, +) + point.zeroCount == point.count)
    }

    @Test func beyondTheLimitAllIsCountedTogether() {
        let registry = MetricRegistry(isDelta: false, seriesMax: 3)
        let counter = registry.counter("requests")
        for index in 0..<10 { counter.with([Attribute("user", .int(Int64(index)))]).add() }
        guard case .sum(let points, _, _) = registry.collect().first?.data else { return #expect(Bool(false)) }
        #expect(points.count == 3)
        let overflow = points.first { $0.attributes["otel.metric.overflow"] == true }
        #expect(overflow?.value == .int(8))
    }

    @Test func aMeasurementInARecordedSpanLeavesItsTrace() throws {
        let registry = MetricRegistry(isDelta: true)
        let tracer = RecordingTracer(records: RecordQueue(signal: .traces))
        let counter = registry.counter("requests")
        let trace = tracer.withSpan("work", context: .topLevel) { span in
            counter.add()
            return span.spanContext?.traceID
        }
        guard case .sum(let points, _, _) = registry.collect().first?.data else { return #expect(Bool(false)) }
        #expect(points.first?.exemplars.first?.traceID == trace)
        #expect(points.first?.exemplars.first?.value == .int(1))
    }

    @Test func swiftMetricsSpeaksThroughTheSameInstruments() throws {
        let registry = MetricRegistry(isDelta: true)
        let factory = SwiftMetricsFactory(registry)
        let counter = CoreMetrics.Counter(label: "requests", dimensions: [("b", "2"), ("a", "1")], factory: factory)
        let same = CoreMetrics.Counter(label: "requests", dimensions: [("a", "1"), ("b", "2")], factory: factory)
        counter.increment()
        same.increment(by: 2)
        CoreMetrics.Timer(label: "duration", factory: factory).recordMilliseconds(1_500)
        CoreMetrics.Gauge(label: "temperature", factory: factory).record(21.5)
        CoreMetrics.FloatingPointCounter(label: "cost", factory: factory).increment(by: 0.25)
        CoreMetrics.Meter(label: "level", factory: factory).set(4)
        let metrics = registry.collect()
        #expect(metrics.map(\.name) == ["cost", "duration", "level", "requests", "temperature"])
        #expect(sum(metrics[3]) == .int(3))
        #expect(sum(metrics[0]) == .double(0.25))
        #expect(metrics[1].unit == "s")
        guard case .histogram(let durations, _) = metrics[1].data else { return #expect(Bool(false)) }
        #expect(durations.first?.sum == 1.5)
        guard case .gauge(let temperatures) = metrics[4].data else { return #expect(Bool(false)) }
        #expect(temperatures.first?.value == .double(21.5))
        counter.destroy()
        counter.increment()
        #expect(!registry.collect().map(\.name).contains("requests"))
    }
}

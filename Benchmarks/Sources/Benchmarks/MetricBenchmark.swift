import CoreMetrics
import Telemetry

/// A counter and a histogram, beside swift-metrics' own that do nothing.
enum MetricBenchmark {
    static func run(_ telemetry: Telemetry) async {
        let silent = Counter(label: "silent", factory: NOOPMetricsHandler.instance)
        let floor = await nanoseconds(runs: 100_000) { silent.increment() }
        let counter = Counter(label: "requests")
        let counted = await nanoseconds(runs: 100_000) { counter.increment() }
        let recorder = Recorder(label: "sizes")
        let recorded = await nanoseconds(runs: 100_000) { recorder.record(42) }
        report("counter", counted, "ns", floor: floor, "no-op counter")
        report("histogram", recorded, "ns", floor: floor, "no-op counter")
    }
}

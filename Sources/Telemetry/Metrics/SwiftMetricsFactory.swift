package import CoreMetrics
import OTLP
import Synchronization

/// swift-metrics' backend: its counters, meters, recorders and timers as instruments of the registry.
///
/// The label is the metric's name; dimensions become attributes. Timers are histograms in seconds.
package struct SwiftMetricsFactory: MetricsFactory {
    private let registry: MetricRegistry

    package init(_ registry: MetricRegistry) {
        self.registry = registry
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let stream = registry.integerSum(descriptor(label, .counter))
        return IntegerCounter(stream, attributes(dimensions))
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        let stream = registry.doubleSum(descriptor(label, .counter))
        return DoubleCounter(stream, attributes(dimensions))
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        let stream = registry.doubleSum(descriptor(label, .upDownCounter))
        return LevelMeter(stream, attributes(dimensions))
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else {
            let stream = registry.gauge(descriptor(label, .gauge))
            return LastValue(stream, attributes(dimensions))
        }
        let stream = registry.histogram(descriptor(label, .histogram(.standard)), .standard)
        return Distribution(stream, attributes(dimensions))
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        var timer = descriptor(label, .histogram(.seconds))
        timer.unit = "s"
        return Stopwatch(registry.histogram(timer, .seconds), attributes(dimensions))
    }

    package func destroyCounter(_ handler: any CounterHandler) { (handler as? any SeriesOwner)?.forget() }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
        (handler as? any SeriesOwner)?.forget()
    }
    package func destroyMeter(_ handler: any MeterHandler) { (handler as? any SeriesOwner)?.forget() }
    package func destroyRecorder(_ handler: any RecorderHandler) { (handler as? any SeriesOwner)?.forget() }
    package func destroyTimer(_ handler: any TimerHandler) { (handler as? any SeriesOwner)?.forget() }

    private func descriptor(_ label: String, _ kind: MetricDescriptor.Kind) -> MetricDescriptor {
        MetricDescriptor(name: label, unit: "", description: "", kind: kind)
    }

    /// A dimension that is named twice keeps its last value.
    private func attributes(_ dimensions: [(String, String)]) -> [Attribute] {
        var attributes: [Attribute] = []
        for (key, value) in dimensions {
            attributes.removeAll { $0.key == key }
            attributes.append(Attribute(key, .string(value)))
        }
        return attributes
    }
}

/// A handler that has a series of its own, which goes when the handler is destroyed.
private protocol SeriesOwner: AnyObject {
    func forget()
}

private class SeriesHandler<Series: MetricSeries>: SeriesOwner, @unchecked Sendable {
    let series: Series
    private let stream: MetricStream<Series>
    private let attributes: [Attribute]

    init(_ stream: MetricStream<Series>, _ attributes: [Attribute]) {
        self.stream = stream
        self.attributes = attributes
        series = stream.series(attributes)
    }

    func forget() { stream.remove(attributes) }
}

private final class IntegerCounter: SeriesHandler<IntegerSumSeries>, CounterHandler, @unchecked Sendable {
    func increment(by amount: Int64) {
        if amount > 0 { series.add(amount) }
    }
    func reset() { series.reset() }
}

private final class DoubleCounter: SeriesHandler<DoubleSumSeries>, FloatingPointCounterHandler, @unchecked Sendable {
    func increment(by amount: Double) {
        if amount > 0 { series.add(amount) }
    }
    func reset() { series.reset() }
}

private final class LevelMeter: SeriesHandler<DoubleSumSeries>, MeterHandler, @unchecked Sendable {
    func set(_ value: Int64) { series.set(Double(value)) }
    func set(_ value: Double) { series.set(value) }
    func increment(by amount: Double) { series.add(amount) }
    func decrement(by amount: Double) { series.add(-amount) }
}

private final class LastValue: SeriesHandler<GaugeSeries>, RecorderHandler, @unchecked Sendable {
    func record(_ value: Int64) { series.set(.int(value)) }
    func record(_ value: Double) { series.set(.double(value)) }
}

private final class Distribution: SeriesHandler<AnyHistogramSeries>, RecorderHandler, @unchecked Sendable {
    func record(_ value: Int64) { series.record(Double(value)) }
    func record(_ value: Double) { series.record(value) }
}

private final class Stopwatch: SeriesHandler<AnyHistogramSeries>, TimerHandler, @unchecked Sendable {
    func recordNanoseconds(_ duration: Int64) { series.record(Double(duration) / 1e9) }
}

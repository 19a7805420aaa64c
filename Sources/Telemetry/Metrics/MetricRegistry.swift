package import OTLP
import Synchronization

/// All instruments of the process; makes each once.
///
/// Bounds: Limits.instrumentsMax; an instrument beyond works, and is not exported.
package final class MetricRegistry: Sendable {
    private let isDelta: Bool
    private let seriesMax: Int
    private let histogramBuckets: HistogramBuckets?
    private let state = Mutex(State())

    private struct State {
        var sources: [String: any MetricSource] = [:]
        var observers: [@Sendable (UInt64) -> Metric?] = []
        var droppedPoints = 0
    }

    /// `histogramBuckets` replaces those that an instrument asks for.
    package init(
        isDelta: Bool, seriesMax: Int = Limits.seriesMax, histogramBuckets: HistogramBuckets? = nil
    ) {
        self.isDelta = isDelta
        self.seriesMax = seriesMax
        self.histogramBuckets = histogramBuckets
    }

    func integerSum(_ descriptor: MetricDescriptor) -> MetricStream<IntegerSumSeries> {
        let isMonotonic = descriptor.kind == .counter
        return stream(descriptor) { IntegerSumSeries(isMonotonic: isMonotonic) }
    }

    func doubleSum(_ descriptor: MetricDescriptor) -> MetricStream<DoubleSumSeries> {
        let isMonotonic = descriptor.kind == .counter
        return stream(descriptor) { DoubleSumSeries(isMonotonic: isMonotonic) }
    }

    func gauge(_ descriptor: MetricDescriptor) -> MetricStream<GaugeSeries> {
        stream(descriptor) { GaugeSeries() }
    }

    func histogram(_ descriptor: MetricDescriptor, _ buckets: HistogramBuckets) -> MetricStream<AnyHistogramSeries> {
        let buckets = histogramBuckets ?? buckets
        var descriptor = descriptor
        descriptor.kind = .histogram(buckets)
        return stream(descriptor) { AnyHistogramSeries(buckets) }
    }

    /// A metric that is asked for its value when metrics are collected.
    func observe(_ body: @escaping @Sendable (UInt64) -> Metric?) {
        state.withLock { $0.observers.append(body) }
    }

    /// Tells how many records a queue has lost, once it has lost one.
    ///
    /// Source: OpenTelemetry semantic conventions, `otel.sdk.processor.*.processed` (development).
    func observeDrops(of queue: RecordQueue) {
        let startTimeUnixNano = Clock.unixNanoseconds
        let noun = queue.signal == .traces ? "span" : "log"
        observe { [weak queue] now in
            guard let dropped = queue?.dropped, dropped > 0 else { return nil }
            var point = NumberDataPoint()
            point.startTimeUnixNano = startTimeUnixNano
            point.timeUnixNano = now
            point.value = .int(Int64(dropped))
            point.attributes = [
                Attribute("otel.component.type", .string("batching_\(noun)_processor")),
                Attribute("error.type", "dropped"),
            ]
            return Metric(
                name: "otel.sdk.processor.\(noun).processed", description: "Records that this process has lost.",
                unit: "{\(noun)}", data: .sum([point], temporality: .cumulative, isMonotonic: true))
        }
    }

    func countDroppedPoints(_ count: Int) {
        if count > 0 { state.withLock { $0.droppedPoints += count } }
    }

    package var droppedPoints: Int { state.withLock { $0.droppedPoints } }

    /// The stream of that name; a second one of the same name and another kind is not exported, and said.
    private func stream<Series>(
        _ descriptor: MetricDescriptor, _ make: @escaping @Sendable () -> Series
    ) -> MetricStream<Series> {
        state.withLock { state in
            if let known = state.sources[descriptor.name] {
                if let stream = known as? MetricStream<Series>, stream.descriptor.kind == descriptor.kind {
                    return stream
                }
                Diagnostics.say(
                    "cannot export metric \(descriptor.name) twice: got two kinds; must be one; the first is exported")
                return MetricStream(descriptor, seriesMax: seriesMax, make)
            }
            let stream = MetricStream(descriptor, seriesMax: seriesMax, make)
            if state.sources.count < Limits.instrumentsMax {
                state.sources[descriptor.name] = stream
            } else {
                Diagnostics.say("cannot export metric \(descriptor.name): got \(Limits.instrumentsMax) metrics already")
            }
            return stream
        }
    }

    /// What has been measured since the last call (delta) or since the beginning (cumulative), by name.
    package func collect() -> [Metric] {
        let (sources, observers) = state.withLock { state in
            (state.sources.sorted { $0.key < $1.key }.map(\.value), state.observers)
        }
        let now = Clock.unixNanoseconds
        return sources.compactMap { $0.collect(at: now, isDelta: isDelta) } + observers.compactMap { $0(now) }
    }
}

import OTLP
import Synchronization

/// One instrument's measurements, a series for each set of attributes.
///
/// Bounds: Limits.seriesMax sets of attributes; what comes with another is counted together, in a series that says so.
/// Source: OpenTelemetry specification 1.x, Metrics SDK, cardinality limits.
final class MetricStream<Series: MetricSeries>: MetricSource {
    let descriptor: MetricDescriptor
    /// Of measurements without attributes.
    let plain: Series
    private let seriesMax: Int
    private let make: @Sendable () -> Series
    private let state: Mutex<State>

    private struct State {
        /// Keys sorted, so that the order in which attributes are named makes no difference.
        var series: [[Attribute]: Series] = [:]
        var overflow: Series?
        var startTimeUnixNano = Clock.unixNanoseconds
    }

    init(_ descriptor: MetricDescriptor, seriesMax: Int, _ make: @escaping @Sendable () -> Series) {
        self.descriptor = descriptor
        self.seriesMax = seriesMax
        self.make = make
        plain = make()
        state = Mutex(State())
    }

    /// The series of these attributes; the same one each time.
    func series(_ attributes: [Attribute]) -> Series {
        if attributes.isEmpty { return plain }
        let key = attributes.sorted { $0.key < $1.key }
        return state.withLock { state in
            if let series = state.series[key] { return series }
            if state.series.count < seriesMax - 1 {
                let series = make()
                state.series[key] = series
                return series
            }
            let overflow = state.overflow ?? make()
            state.overflow = overflow
            return overflow
        }
    }

    /// Forgets the series of these attributes.
    func remove(_ attributes: [Attribute]) {
        let key = attributes.sorted { $0.key < $1.key }
        state.withLock { _ = $0.series.removeValue(forKey: key) }
    }

    func collect(at now: UInt64, isDelta: Bool) -> Metric? {
        let (all, start) = state.withLock { state in
            var all = state.series.map { (attributes: $0.key, series: $0.value) }
            if let overflow = state.overflow { all.append(([Self.overflowAttribute], overflow)) }
            defer { if isDelta { state.startTimeUnixNano = now } }
            return (all, state.startTimeUnixNano)
        }
        var points = MetricPoints()
        var frame = PointFrame(attributes: [], startTimeUnixNano: start, timeUnixNano: now, isDelta: isDelta)
        plain.collect(into: &points, frame)
        // An instrument that is only used with attributes has nothing to say without them.
        if !all.isEmpty, points.isZero { points = MetricPoints() }
        for (attributes, series) in all {
            frame.attributes = attributes
            series.collect(into: &points, frame)
        }
        // An up-down counter is a level: its sum has no interval.
        let isLevel = descriptor.kind == .upDownCounter
        guard let data = points.data(descriptor.kind, isDelta && !isLevel ? .delta : .cumulative) else { return nil }
        return Metric(name: descriptor.name, description: descriptor.description, unit: descriptor.unit, data: data)
    }

    private static var overflowAttribute: Attribute { Attribute("otel.metric.overflow", true) }
}

/// Something that metrics are collected from.
protocol MetricSource: Sendable {
    func collect(at now: UInt64, isDelta: Bool) -> Metric?
}

import OTLP
import Synchronization

/// A distribution of values, by either kind of buckets.
protocol HistogramSeries: MetricSeries {
    /// What is not finite is not recorded.
    func record(_ value: Double)
}

/// A histogram with bounds that were given.
final class ExplicitHistogramSeries: HistogramSeries {
    private let bounds: [Double]
    private let state: Mutex<State>

    private struct State {
        var counts: [UInt64]
        var count: UInt64 = 0
        var sum = 0.0
        var min = Double.infinity
        var max = -Double.infinity
        var exemplars: [Exemplar] = []
        /// Lookups of the context that are left in this interval.
        var exemplarTries = Limits.exemplarTries
    }

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        var place = 0
        // A handful of bounds: walking them is faster than jumping among them.
        while place < bounds.count, value > bounds[place] { place += 1 }
        let wantsExemplar = state.withLock { state in
            state.counts[place] &+= 1
            state.count &+= 1
            state.sum += value
            if value < state.min { state.min = value }
            if value > state.max { state.max = value }
            guard state.exemplarTries > 0 else { return false }
            state.exemplarTries -= 1
            return true
        }
        if wantsExemplar { offer(value) }
    }

    @inline(never)
    private func offer(_ value: Double) {
        guard let exemplar = Exemplar(current: .double(value)) else { return }
        state.withLock { $0.exemplars.append(exemplar) }
    }

    func collect(into points: inout MetricPoints, _ frame: PointFrame) {
        var point = HistogramDataPoint()
        state.withLock { state in
            point.count = state.count
            point.sum = ExactDouble(state.sum)
            point.bucketCounts = state.counts
            point.exemplars = state.exemplars
            if state.count > 0 {
                point.min = ExactDouble(state.min)
                point.max = ExactDouble(state.max)
            }
            state.exemplars = []
            state.exemplarTries = Limits.exemplarTries
            if frame.isDelta { state = State(counts: Array(repeating: 0, count: bounds.count + 1)) }
        }
        if frame.isDelta, point.count == 0 { return }
        point.attributes = frame.attributes
        point.startTimeUnixNano = frame.startTimeUnixNano
        point.timeUnixNano = frame.timeUnixNano
        point.explicitBounds = bounds.map { ExactDouble($0) }
        points.histograms.append(point)
    }
}

import OTLP
import Synchronization

/// A histogram that finds its bounds by itself.
final class ExponentialHistogramSeries: HistogramSeries {
    private let bucketsMax: Int
    private let state = Mutex(State())

    private struct State {
        var scale = ExponentialBuckets.scaleMax
        var positive = ExponentialBuckets()
        var negative = ExponentialBuckets()
        var zeroCount: UInt64 = 0
        var count: UInt64 = 0
        var sum = 0.0
        var min = Double.infinity
        var max = -Double.infinity
        var exemplars: [Exemplar] = []
        var exemplarTries = Limits.exemplarTries

        mutating func add(_ value: Double, bucketsMax: Int) {
            count &+= 1
            sum += value
            if value < min { min = value }
            if value > max { max = value }
            if value == 0 {
                zeroCount &+= 1
                return
            }
            var index = ExponentialBuckets.index(of: abs(value), scale: scale)
            let side = value > 0 ? positive : negative
            let shift = Swift.min(
                side.shrinking(toHold: index, countMax: bucketsMax), scale - ExponentialBuckets.scaleMin)
            if shift > 0 {
                positive.shrink(by: shift)
                negative.shrink(by: shift)
                scale -= shift
                index >>= shift
            }
            if value > 0 { positive.increment(index) } else { negative.increment(index) }
        }
    }

    /// Fewer than two buckets could not hold all doubles at any scale.
    init(bucketsMax: Int) {
        self.bucketsMax = max(bucketsMax, 4)
    }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let wantsExemplar = state.withLock { state in
            state.add(value, bucketsMax: bucketsMax)
            guard state.exemplarTries > 0 else { return false }
            state.exemplarTries -= 1
            return true
        }
        guard wantsExemplar, let exemplar = Exemplar(current: .double(value)) else { return }
        state.withLock { $0.exemplars.append(exemplar) }
    }

    func collect(into points: inout MetricPoints, _ frame: PointFrame) {
        let taken = state.withLock { state in
            let taken = state
            state.exemplars = []
            state.exemplarTries = Limits.exemplarTries
            if frame.isDelta { state = State() }
            return taken
        }
        if frame.isDelta, taken.count == 0 { return }
        var point = ExponentialHistogramDataPoint()
        point.attributes = frame.attributes
        point.startTimeUnixNano = frame.startTimeUnixNano
        point.timeUnixNano = frame.timeUnixNano
        point.count = taken.count
        point.sum = ExactDouble(taken.sum)
        point.scale = Int32(taken.scale)
        point.zeroCount = taken.zeroCount
        point.positive = ExponentialHistogramDataPoint.Buckets(taken.positive)
        point.negative = ExponentialHistogramDataPoint.Buckets(taken.negative)
        point.exemplars = taken.exemplars
        if taken.count > 0 {
            point.min = ExactDouble(taken.min)
            point.max = ExactDouble(taken.max)
        }
        points.exponentials.append(point)
    }
}

extension ExponentialHistogramDataPoint.Buckets {
    fileprivate init?(_ buckets: ExponentialBuckets) {
        guard !buckets.counts.isEmpty else { return nil }
        self.init(offset: Int32(clamping: buckets.offset), bucketCounts: buckets.counts)
    }
}

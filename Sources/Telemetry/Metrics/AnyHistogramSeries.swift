/// A histogram of either kind of buckets, chosen when its instrument was made.
final class AnyHistogramSeries: MetricSeries {
    private let series: Either

    private enum Either {
        case explicit(ExplicitHistogramSeries)
        case exponential(ExponentialHistogramSeries)
    }

    init(_ buckets: HistogramBuckets) {
        series =
            switch buckets {
            case .explicit(let bounds): .explicit(ExplicitHistogramSeries(bounds: bounds))
            case .exponential(let bucketsMax): .exponential(ExponentialHistogramSeries(bucketsMax: bucketsMax))
            }
    }

    func record(_ value: Double) {
        switch series {
        case .explicit(let series): series.record(value)
        case .exponential(let series): series.record(value)
        }
    }

    func collect(into points: inout MetricPoints, _ frame: PointFrame) {
        switch series {
        case .explicit(let series): series.collect(into: &points, frame)
        case .exponential(let series): series.collect(into: &points, frame)
        }
    }
}

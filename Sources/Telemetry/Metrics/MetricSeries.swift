import OTLP

/// The measurements of one instrument with one set of attributes.
protocol MetricSeries: AnyObject, Sendable {
    /// Appends the point since the last collection (delta) or since the beginning (cumulative); a series without news
    /// appends nothing to a delta.
    func collect(into points: inout MetricPoints, _ frame: PointFrame)
}

/// What all points of one collection share.
struct PointFrame {
    var attributes: [Attribute]
    var startTimeUnixNano: UInt64
    var timeUnixNano: UInt64
    var isDelta: Bool
}

/// The points of one metric, by their kind.
struct MetricPoints {
    var numbers: [NumberDataPoint] = []
    var histograms: [HistogramDataPoint] = []
    var exponentials: [ExponentialHistogramDataPoint] = []

    /// Nothing was measured but zero.
    var isZero: Bool {
        numbers.allSatisfy { $0.value == .int(0) || $0.value == .double(0) }
            && histograms.allSatisfy { $0.count == 0 } && exponentials.allSatisfy { $0.count == 0 }
    }

    func data(_ kind: MetricDescriptor.Kind, _ temporality: Metric.AggregationTemporality) -> Metric.Data? {
        switch kind {
        case .counter: numbers.isEmpty ? nil : .sum(numbers, temporality: temporality, isMonotonic: true)
        case .upDownCounter: numbers.isEmpty ? nil : .sum(numbers, temporality: temporality, isMonotonic: false)
        case .gauge: numbers.isEmpty ? nil : .gauge(numbers)
        case .histogram(.explicit): histograms.isEmpty ? nil : .histogram(histograms, temporality: temporality)
        case .histogram(.exponential):
            exponentials.isEmpty ? nil : .exponentialHistogram(exponentials, temporality: temporality)
        }
    }
}

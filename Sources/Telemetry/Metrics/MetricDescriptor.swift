/// What an instrument measures.
struct MetricDescriptor: Hashable, Sendable {
    var name: String
    /// UCUM.
    var unit: String
    var description: String
    var kind: Kind

    enum Kind: Hashable, Sendable {
        /// Only grows.
        case counter
        /// Grows and shrinks.
        case upDownCounter
        /// The last value counts.
        case gauge
        case histogram(HistogramBuckets)
    }
}

/// How a histogram sorts its values.
public enum HistogramBuckets: Hashable, Sendable {
    /// Bounds in ascending order; a value belongs to the first bucket whose bound it does not exceed.
    case explicit([Double])
    /// Bounds that grow by powers of 2^(2^−scale); the scale adapts so that at most so many buckets are used.
    case exponential(bucketsMax: Int)

    /// For values of any kind. Source: OpenTelemetry specification 1.x, Metrics SDK, explicit bucket histogram.
    public static let standard = HistogramBuckets.explicit(
        [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000])
    /// For durations in seconds. Source: OpenTelemetry semantic conventions, `http.server.request.duration`.
    public static let seconds = HistogramBuckets.explicit(
        [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10])
    /// Source: OpenTelemetry specification 1.x, base2 exponential bucket histogram, defaults.
    public static let exponential = HistogramBuckets.exponential(bucketsMax: 160)
}

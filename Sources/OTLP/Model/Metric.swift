/// One metric stream's points of one export.
///
/// Source: opentelemetry-proto 1.x, `Metric`.
public struct Metric: Hashable, Sendable {
    public var name: String
    public var description: String
    /// UCUM.
    public var unit: String
    public var metadata: [Attribute]
    /// `nil` when the wire carried no data message.
    public var data: Data?

    public init(
        name: String, description: String = "", unit: String = "", metadata: [Attribute] = [], data: Data? = nil
    ) {
        self.name = name
        self.description = description
        self.unit = unit
        self.metadata = metadata
        self.data = data
    }

    /// The points, by kind.
    public enum Data: Hashable, Sendable {
        case gauge([NumberDataPoint])
        case sum([NumberDataPoint], temporality: AggregationTemporality, isMonotonic: Bool)
        case histogram([HistogramDataPoint], temporality: AggregationTemporality)
        case exponentialHistogram([ExponentialHistogramDataPoint], temporality: AggregationTemporality)
        case summary([SummaryDataPoint])

        public var pointCount: Int {
            switch self {
            case .gauge(let points): points.count
            case .sum(let points, _, _): points.count
            case .histogram(let points, _): points.count
            case .exponentialHistogram(let points, _): points.count
            case .summary(let points): points.count
            }
        }
    }

    /// Open: numbers that this version does not know are kept.
    public struct AggregationTemporality: RawRepresentable, Hashable, Sendable {
        public var rawValue: Int32
        @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

        public static let unspecified = AggregationTemporality(rawValue: 0)
        public static let delta = AggregationTemporality(rawValue: 1)
        public static let cumulative = AggregationTemporality(rawValue: 2)
    }
}

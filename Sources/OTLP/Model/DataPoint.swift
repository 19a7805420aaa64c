/// A measured number: integers stay integers. Equality of doubles is by bits.
public enum NumberValue: Sendable {
    case int(Int64)
    case double(Double)
}

extension NumberValue: Hashable {
    public static func == (left: NumberValue, right: NumberValue) -> Bool {
        switch (left, right) {
        case (.int(let left), .int(let right)): left == right
        case (.double(let left), .double(let right)): left.bitPattern == right.bitPattern
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .int(let value): hasher.combine(value)
        case .double(let value): hasher.combine(value.bitPattern)
        }
    }
}

/// A point of a gauge or a sum.
///
/// Source: opentelemetry-proto 1.x, `NumberDataPoint`.
public struct NumberDataPoint: Hashable, Sendable {
    public var attributes: [Attribute] = []
    public var startTimeUnixNano: UInt64 = 0
    public var timeUnixNano: UInt64 = 0
    /// `nil` when no value was sent, as with the "no recorded value" flag.
    public var value: NumberValue?
    public var exemplars: [Exemplar] = []
    public var flags: UInt32 = 0

    public init() {}
}

/// A point of a histogram with explicit bucket bounds.
///
/// Source: opentelemetry-proto 1.x, `HistogramDataPoint`.
public struct HistogramDataPoint: Hashable, Sendable {
    public var attributes: [Attribute] = []
    public var startTimeUnixNano: UInt64 = 0
    public var timeUnixNano: UInt64 = 0
    public var count: UInt64 = 0
    public var sum: ExactDouble?
    public var bucketCounts: [UInt64] = []
    public var explicitBounds: [ExactDouble] = []
    public var exemplars: [Exemplar] = []
    public var flags: UInt32 = 0
    public var min: ExactDouble?
    public var max: ExactDouble?

    public init() {}
}

/// A point of a histogram whose bucket bounds grow by powers of 2^(2^−scale).
///
/// Source: opentelemetry-proto 1.x, `ExponentialHistogramDataPoint`.
public struct ExponentialHistogramDataPoint: Hashable, Sendable {
    public var attributes: [Attribute] = []
    public var startTimeUnixNano: UInt64 = 0
    public var timeUnixNano: UInt64 = 0
    public var count: UInt64 = 0
    public var sum: ExactDouble?
    public var scale: Int32 = 0
    public var zeroCount: UInt64 = 0
    public var positive: Buckets?
    public var negative: Buckets?
    public var flags: UInt32 = 0
    public var exemplars: [Exemplar] = []
    public var min: ExactDouble?
    public var max: ExactDouble?
    public var zeroThreshold: ExactDouble = 0

    public init() {}

    public struct Buckets: Hashable, Sendable {
        public var offset: Int32
        public var bucketCounts: [UInt64]

        public init(offset: Int32 = 0, bucketCounts: [UInt64] = []) {
            self.offset = offset
            self.bucketCounts = bucketCounts
        }
    }
}

/// A point of a summary: quantiles computed by the sender.
///
/// Source: opentelemetry-proto 1.x, `SummaryDataPoint`.
public struct SummaryDataPoint: Hashable, Sendable {
    public var attributes: [Attribute] = []
    public var startTimeUnixNano: UInt64 = 0
    public var timeUnixNano: UInt64 = 0
    public var count: UInt64 = 0
    public var sum: ExactDouble = 0
    public var quantileValues: [QuantileValue] = []
    public var flags: UInt32 = 0

    public init() {}

    public struct QuantileValue: Hashable, Sendable {
        public var quantile: ExactDouble
        public var value: ExactDouble

        public init(quantile: ExactDouble = 0, value: ExactDouble = 0) {
            self.quantile = quantile
            self.value = value
        }
    }
}

/// A sample measurement that tells which trace it came from.
///
/// Source: opentelemetry-proto 1.x, `Exemplar`.
public struct Exemplar: Hashable, Sendable {
    public var filteredAttributes: [Attribute] = []
    public var timeUnixNano: UInt64 = 0
    public var value: NumberValue?
    public var spanID: SpanID = .zero
    public var traceID: TraceID = .zero

    public init() {}
}

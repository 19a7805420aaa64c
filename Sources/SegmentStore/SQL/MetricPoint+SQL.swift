import OTLP

/// The values of a point as columns; those that its kind has not are NULL.
extension MetricPoint.Value {
    func column(_ column: PointScan.Column, _ result: SQLResult) {
        switch (column, self) {
        case (_, .none): result.null()
        case (.time, _): result.time(timeUnixNano)
        case (.value, .number(let point)):
            switch point.value {
            case .int(let value): result.integer(value)
            case .double(let value): result.real(value)
            case nil: result.null()
            }
        case (.buckets, .histogram(let point)): result.text(point.bucketsJSON)
        case (.buckets, .exponentialHistogram(let point)): result.text(point.bucketsJSON)
        case (.quantiles, .summary(let point)): result.text(point.quantilesJSON)
        case (.exemplars, _): result.text(exemplars.plainJSON)
        case (.startTime, _): result.time(head.start)
        case (.flags, _): result.integer(Int64(head.flags))
        case (.count, _): if let count = totals?.count { result.integer(clamping: count) } else { result.null() }
        case (.sum, _): result.realIfAny(totals?.sum)
        case (.min, _): result.realIfAny(totals?.min)
        case (.max, _): result.realIfAny(totals?.max)
        default: result.null()
        }
    }

    private var head: (start: UInt64, flags: UInt32) {
        switch self {
        case .none: (0, 0)
        case .number(let point): (point.startTimeUnixNano, point.flags)
        case .histogram(let point): (point.startTimeUnixNano, point.flags)
        case .exponentialHistogram(let point): (point.startTimeUnixNano, point.flags)
        case .summary(let point): (point.startTimeUnixNano, point.flags)
        }
    }

    private var totals: (count: UInt64, sum: ExactDouble?, min: ExactDouble?, max: ExactDouble?)? {
        switch self {
        case .none, .number: nil
        case .histogram(let point): (point.count, point.sum, point.min, point.max)
        case .exponentialHistogram(let point): (point.count, point.sum, point.min, point.max)
        case .summary(let point): (point.count, point.sum, nil, nil)
        }
    }

    private var exemplars: [Exemplar] {
        switch self {
        case .none, .summary: []
        case .number(let point): point.exemplars
        case .histogram(let point): point.exemplars
        case .exponentialHistogram(let point): point.exemplars
        }
    }
}

extension SQLResult {
    fileprivate func realIfAny(_ value: ExactDouble?) {
        if let value { real(value.value) } else { null() }
    }
}

extension HistogramDataPoint {
    /// `{"bounds":[…],"counts":[…]}`: counts are one more than bounds.
    fileprivate var bucketsJSON: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.array("bounds") { writer in for bound in explicitBounds { writer.value(bound.value) } }
            writer.array("counts") { writer in for count in bucketCounts { writer.value(count) } }
        }
        return writer.bytes
    }
}

extension ExponentialHistogramDataPoint {
    /// `{"scale","zero_count","zero_threshold","positive":{"offset","counts"},"negative":{…}}`
    fileprivate var bucketsJSON: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("scale", scale)
            writer.member("zero_count", zeroCount)
            writer.member("zero_threshold", zeroThreshold.value)
            for (key, buckets) in [("positive", positive), ("negative", negative)] {
                guard let buckets else { continue }
                writer.object(key) { writer in
                    writer.member("offset", buckets.offset)
                    writer.array("counts") { writer in for count in buckets.bucketCounts { writer.value(count) } }
                }
            }
        }
        return writer.bytes
    }
}

extension SummaryDataPoint {
    /// `[{"quantile","value"}]`
    fileprivate var quantilesJSON: [UInt8] {
        var writer = JSONWriter()
        writer.array { writer in
            for value in quantileValues {
                writer.object { writer in
                    writer.member("quantile", value.quantile.value)
                    writer.member("value", value.value.value)
                }
            }
        }
        return writer.bytes
    }
}

extension [Exemplar] {
    /// `[{"time","value","trace_id","span_id","attributes"}]`
    fileprivate var plainJSON: [UInt8] {
        var writer = JSONWriter()
        writer.array { writer in
            for exemplar in self {
                writer.object { writer in
                    writer.member("time", exemplar.timeUnixNano)
                    switch exemplar.value {
                    case .int(let value): writer.member("value", value)
                    case .double(let value): writer.member("value", value)
                    case nil: break
                    }
                    if !exemplar.traceID.isZero { writer.member("trace_id", exemplar.traceID.hex) }
                    if !exemplar.spanID.isZero { writer.member("span_id", exemplar.spanID.hex) }
                    writer.key("attributes")
                    writer.plain(exemplar.filteredAttributes)
                }
            }
        }
        return writer.bytes
    }
}

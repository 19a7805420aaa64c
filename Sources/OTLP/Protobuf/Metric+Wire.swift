extension Metric {
    /// Writes the fields of a Metric message.
    public func encode(into writer: inout ProtobufWriter) {
        writer.string(1, name)
        writer.string(2, description)
        writer.string(3, unit)
        switch data {
        case nil: break
        case .gauge(let points):
            writer.message(5) { writer in
                for point in points { writer.message(1) { point.encode(into: &$0) } }
            }
        case .sum(let points, let temporality, let isMonotonic):
            writer.message(7) { writer in
                for point in points { writer.message(1) { point.encode(into: &$0) } }
                writer.int32(2, temporality.rawValue)
                writer.bool(3, isMonotonic)
            }
        case .histogram(let points, let temporality):
            writer.message(9) { writer in
                for point in points { writer.message(1) { point.encode(into: &$0) } }
                writer.int32(2, temporality.rawValue)
            }
        case .exponentialHistogram(let points, let temporality):
            writer.message(10) { writer in
                for point in points { writer.message(1) { point.encode(into: &$0) } }
                writer.int32(2, temporality.rawValue)
            }
        case .summary(let points):
            writer.message(11) { writer in
                for point in points { writer.message(1) { point.encode(into: &$0) } }
            }
        }
        writer.attributes(12, metadata)
    }
}

extension NumberDataPoint {
    func encode(into writer: inout ProtobufWriter) {
        writer.fixed64(2, startTimeUnixNano)
        writer.fixed64(3, timeUnixNano)
        if case .double(let value) = value { writer.alwaysFixed64(4, value.bitPattern) }
        for exemplar in exemplars { writer.message(5) { exemplar.encode(into: &$0) } }
        if case .int(let value) = value { writer.alwaysFixed64(6, UInt64(bitPattern: value)) }
        writer.attributes(7, attributes)
        writer.uint32(8, flags)
    }
}

extension HistogramDataPoint {
    func encode(into writer: inout ProtobufWriter) {
        writer.fixed64(2, startTimeUnixNano)
        writer.fixed64(3, timeUnixNano)
        writer.fixed64(4, count)
        if let sum { writer.alwaysFixed64(5, sum.bitPattern) }
        writer.packedFixed64(6, bucketCounts)
        writer.packedFixed64(7, explicitBounds.map(\.bitPattern))
        for exemplar in exemplars { writer.message(8) { exemplar.encode(into: &$0) } }
        writer.attributes(9, attributes)
        writer.uint32(10, flags)
        if let min { writer.alwaysFixed64(11, min.bitPattern) }
        if let max { writer.alwaysFixed64(12, max.bitPattern) }
    }
}

extension ExponentialHistogramDataPoint {
    func encode(into writer: inout ProtobufWriter) {
        writer.attributes(1, attributes)
        writer.fixed64(2, startTimeUnixNano)
        writer.fixed64(3, timeUnixNano)
        writer.fixed64(4, count)
        if let sum { writer.alwaysFixed64(5, sum.bitPattern) }
        writer.sint32(6, scale)
        writer.fixed64(7, zeroCount)
        if let positive { writer.message(8) { positive.encode(into: &$0) } }
        if let negative { writer.message(9) { negative.encode(into: &$0) } }
        writer.uint32(10, flags)
        for exemplar in exemplars { writer.message(11) { exemplar.encode(into: &$0) } }
        if let min { writer.alwaysFixed64(12, min.bitPattern) }
        if let max { writer.alwaysFixed64(13, max.bitPattern) }
        writer.fixed64(14, zeroThreshold.bitPattern)
    }
}

extension ExponentialHistogramDataPoint.Buckets {
    func encode(into writer: inout ProtobufWriter) {
        writer.sint32(1, offset)
        guard !bucketCounts.isEmpty else { return }
        writer.message(2) { writer in
            for count in bucketCounts { writer.varint(count) }
        }
    }
}

extension SummaryDataPoint {
    func encode(into writer: inout ProtobufWriter) {
        writer.fixed64(2, startTimeUnixNano)
        writer.fixed64(3, timeUnixNano)
        writer.fixed64(4, count)
        writer.fixed64(5, sum.bitPattern)
        for value in quantileValues {
            writer.message(6) { writer in
                writer.fixed64(1, value.quantile.bitPattern)
                writer.fixed64(2, value.value.bitPattern)
            }
        }
        writer.attributes(7, attributes)
        writer.uint32(8, flags)
    }
}

extension Exemplar {
    func encode(into writer: inout ProtobufWriter) {
        writer.fixed64(2, timeUnixNano)
        if case .double(let value) = value { writer.alwaysFixed64(3, value.bitPattern) }
        writer.id(4, spanID)
        writer.id(5, traceID)
        if case .int(let value) = value { writer.alwaysFixed64(6, UInt64(bitPattern: value)) }
        writer.attributes(7, filteredAttributes)
    }
}

extension ProtobufWriter {
    /// A packed repeated fixed64 or double; none for an empty list.
    mutating func packedFixed64(_ number: UInt32, _ values: [UInt64]) {
        guard !values.isEmpty else { return }
        message(number) { writer in
            for value in values { writer.fixed64(value) }
        }
    }
}

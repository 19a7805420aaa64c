import OTLP
import TelemetryStore

/// Metric points as columns and back: stream after stream, in each stream by time.
///
/// A stream is an origin, a metric (name, unit, kind …) and attributes. Every value is written as its difference from the
/// point before it in the stream: times as differences of differences, integers and bucket counts as differences, doubles
/// as the bits that changed. What does not change becomes zeros, of which a column holds any number in few bytes.
enum PointRows {
    // MARK: Writing

    /// Appends points of one run, in the order of streams.
    static func append(_ points: ArraySlice<MetricPoint>, _ origins: OriginTable, to block: inout BlockBuilder) {
        var stream = PointStream()
        var previous: MetricPoint?
        for point in points {
            if let previous, !previous.isOfStream(of: point) { stream = PointStream() }
            previous = point
            block.beginRow(.metrics, origin: point.origin, of: origins)
            block.append(point.metric, to: .pointMetric)
            block.append(point.attributes, to: .pointAttributes)
            append(point.value, &stream, to: &block)
        }
    }

    private static func append(_ value: MetricPoint.Value, _ stream: inout PointStream, to block: inout BlockBuilder) {
        switch value {
        case .none: block.append(UInt64(0), to: .pointPresence)
        case .number(let point):
            var presence = Presence(point.startTimeUnixNano, point.timeUnixNano, point.flags, point.exemplars)
            if case .int = point.value { presence.insert(.integer) }
            if case .double = point.value { presence.insert(.double) }
            head(presence, point.startTimeUnixNano, point.timeUnixNano, point.flags, point.exemplars, &stream, &block)
            switch point.value {
            case .int(let value): block.append(signed: stream.integer.difference(value), to: .pointInteger)
            case .double(let value): block.append(stream.double.change(value.bitPattern), to: .pointDouble)
            case nil: break
            }
        case .histogram(let point):
            var presence = Presence(point.startTimeUnixNano, point.timeUnixNano, point.flags, point.exemplars)
            presence.insertExtremes(point.sum, point.min, point.max)
            head(presence, point.startTimeUnixNano, point.timeUnixNano, point.flags, point.exemplars, &stream, &block)
            totals(point.count, point.sum, point.min, point.max, &stream, &block)
            var bounds = ProtobufWriter()
            for bound in point.explicitBounds { bounds.fixed64(bound.bitPattern) }
            block.append(bounds.bytes, to: .pointBounds)
            buckets(point.bucketCounts, &stream.buckets, &block)
        case .exponentialHistogram(let point):
            var presence = Presence(point.startTimeUnixNano, point.timeUnixNano, point.flags, point.exemplars)
            presence.insertExtremes(point.sum, point.min, point.max)
            if point.positive != nil { presence.insert(.positive) }
            if point.negative != nil { presence.insert(.negative) }
            head(presence, point.startTimeUnixNano, point.timeUnixNano, point.flags, point.exemplars, &stream, &block)
            totals(point.count, point.sum, point.min, point.max, &stream, &block)
            block.append(signed: Int64(point.scale), to: .pointScale)
            block.append(signed: stream.zeroCount.difference(Int64(bitPattern: point.zeroCount)), to: .pointZeroCount)
            block.append(stream.zeroThreshold.change(point.zeroThreshold.bitPattern), to: .pointZeroThreshold)
            if let positive = point.positive {
                block.append(signed: Int64(positive.offset), to: .bucketOffset)
                buckets(positive.bucketCounts, &stream.buckets, &block)
            }
            if let negative = point.negative {
                block.append(signed: Int64(negative.offset), to: .bucketOffset)
                buckets(negative.bucketCounts, &stream.negativeBuckets, &block)
            }
        case .summary(let point):
            let presence = Presence(point.startTimeUnixNano, point.timeUnixNano, point.flags, [])
            head(presence, point.startTimeUnixNano, point.timeUnixNano, point.flags, [], &stream, &block)
            block.append(signed: stream.count.difference(Int64(bitPattern: point.count)), to: .pointCount)
            block.append(stream.sum.change(point.sum.bitPattern), to: .pointSum)
            block.append(UInt64(point.quantileValues.count), to: .bucketCount)
            for value in point.quantileValues {
                block.append(value.quantile.bitPattern, to: .quantile)
                block.append(value.value.bitPattern, to: .quantileValue)
            }
        }
    }

    private static func head(
        _ presence: Presence, _ start: UInt64, _ time: UInt64, _ flags: UInt32, _ exemplars: [Exemplar],
        _ stream: inout PointStream, _ block: inout BlockBuilder
    ) {
        block.append(presence.rawValue, to: .pointPresence)
        if presence.contains(.start) { block.append(signed: stream.startTime.difference(start), to: .pointStart) }
        if presence.contains(.time) { block.append(signed: stream.time.change(time), to: .pointTime) }
        if presence.contains(.flags) { block.append(flags, to: .pointFlags) }
        if presence.contains(.exemplars) {
            block.append(Metric(holding: exemplars).protobuf, to: .pointExemplars)
        }
        block.summarise(recordAt: time, severity: 0)
    }

    private static func totals(
        _ count: UInt64, _ sum: ExactDouble?, _ min: ExactDouble?, _ max: ExactDouble?, _ stream: inout PointStream,
        _ block: inout BlockBuilder
    ) {
        block.append(signed: stream.count.difference(Int64(bitPattern: count)), to: .pointCount)
        if let sum { block.append(stream.sum.change(sum.bitPattern), to: .pointSum) }
        if let min { block.append(stream.min.change(min.bitPattern), to: .pointMin) }
        if let max { block.append(stream.max.change(max.bitPattern), to: .pointMax) }
    }

    private static func buckets(_ counts: [UInt64], _ before: inout BucketCounts, _ block: inout BlockBuilder) {
        block.append(UInt64(counts.count), to: .bucketCount)
        for difference in before.differences(counts) { block.append(signed: difference, to: .bucketValue) }
    }

    // MARK: Reading

    /// Gives the points of one run, each with the code of its origin.
    static func read(
        _ count: Int, _ rows: inout RowReader, _ receive: (MetricPoint) throws(StoreError) -> Void
    ) throws(StoreError) {
        var stream = PointStream()
        var previous: MetricPoint?
        for _ in 0..<count {
            var point = MetricPoint(
                origin: UInt32(truncatingIfNeeded: try rows.next(.pointOrigin)), metric: try rows.bytes(.pointMetric),
                attributes: try rows.bytes(.pointAttributes), value: .none)
            if let previous, !previous.isOfStream(of: point) { stream = PointStream() }
            let presence = Presence(rawValue: try rows.next(.pointPresence))
            do throws(WireError) {
                point.value = MetricPoint.Value(emptyOf: try Metric(protobuf: point.metric).data, presence)
            } catch {
                throw RowReader.damaged(.pointMetric)
            }
            try fill(&point.value, presence, attributes: point.attributeList, &stream, &rows)
            previous = point
            try receive(point)
        }
    }

    private static func fill(
        _ value: inout MetricPoint.Value, _ presence: Presence, attributes: [Attribute], _ stream: inout PointStream,
        _ rows: inout RowReader
    ) throws(StoreError) {
        guard presence.contains(.point) else { return }
        let head = try PointHead(presence, &stream, &rows)
        switch value {
        case .none: break
        case .number(var point):
            (point.attributes, point.startTimeUnixNano, point.timeUnixNano) = (attributes, head.start, head.time)
            (point.flags, point.exemplars) = (head.flags, head.exemplars)
            if presence.contains(.integer) {
                point.value = .int(stream.integer.value(try rows.nextSigned(.pointInteger)))
            }
            if presence.contains(.double) {
                point.value = .double(Double(bitPattern: stream.double.value(try rows.next(.pointDouble))))
            }
            value = .number(point)
        case .histogram(var point):
            (point.attributes, point.startTimeUnixNano, point.timeUnixNano) = (attributes, head.start, head.time)
            (point.flags, point.exemplars) = (head.flags, head.exemplars)
            (point.count, point.sum, point.min, point.max) = try totals(presence, &stream, &rows)
            point.explicitBounds = try bounds(&rows)
            point.bucketCounts = try buckets(&stream.buckets, &rows)
            value = .histogram(point)
        case .exponentialHistogram(var point):
            (point.attributes, point.startTimeUnixNano, point.timeUnixNano) = (attributes, head.start, head.time)
            (point.flags, point.exemplars) = (head.flags, head.exemplars)
            (point.count, point.sum, point.min, point.max) = try totals(presence, &stream, &rows)
            point.scale = Int32(truncatingIfNeeded: try rows.nextSigned(.pointScale))
            point.zeroCount = UInt64(bitPattern: stream.zeroCount.value(try rows.nextSigned(.pointZeroCount)))
            point.zeroThreshold = ExactDouble(
                bitPattern: stream.zeroThreshold.value(try rows.next(.pointZeroThreshold)))
            if presence.contains(.positive) {
                let offset = Int32(truncatingIfNeeded: try rows.nextSigned(.bucketOffset))
                point.positive = .init(offset: offset, bucketCounts: try buckets(&stream.buckets, &rows))
            }
            if presence.contains(.negative) {
                let offset = Int32(truncatingIfNeeded: try rows.nextSigned(.bucketOffset))
                point.negative = .init(offset: offset, bucketCounts: try buckets(&stream.negativeBuckets, &rows))
            }
            value = .exponentialHistogram(point)
        case .summary(var point):
            (point.attributes, point.startTimeUnixNano, point.timeUnixNano) = (attributes, head.start, head.time)
            point.flags = head.flags
            point.count = UInt64(bitPattern: stream.count.value(try rows.nextSigned(.pointCount)))
            point.sum = ExactDouble(bitPattern: stream.sum.value(try rows.next(.pointSum)))
            for _ in 0..<(try rows.next(.bucketCount)) {
                point.quantileValues.append(
                    .init(
                        quantile: ExactDouble(bitPattern: try rows.next(.quantile)),
                        value: ExactDouble(bitPattern: try rows.next(.quantileValue))))
            }
            value = .summary(point)
        }
    }

    private static func totals(
        _ presence: Presence, _ stream: inout PointStream, _ rows: inout RowReader
    ) throws(StoreError) -> (count: UInt64, sum: ExactDouble?, min: ExactDouble?, max: ExactDouble?) {
        let count = UInt64(bitPattern: stream.count.value(try rows.nextSigned(.pointCount)))
        var (sum, min, max): (ExactDouble?, ExactDouble?, ExactDouble?) = (nil, nil, nil)
        if presence.contains(.sum) { sum = ExactDouble(bitPattern: stream.sum.value(try rows.next(.pointSum))) }
        if presence.contains(.min) { min = ExactDouble(bitPattern: stream.min.value(try rows.next(.pointMin))) }
        if presence.contains(.max) { max = ExactDouble(bitPattern: stream.max.value(try rows.next(.pointMax))) }
        return (count, sum, min, max)
    }

    private static func bounds(_ rows: inout RowReader) throws(StoreError) -> [ExactDouble] {
        let bytes = try rows.bytes(.pointBounds)
        return stride(from: 0, to: bytes.count / 8 * 8, by: 8).map { offset in
            ExactDouble(
                bitPattern: bytes.withUnsafeBytes {
                    $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
                })
        }
    }

    private static func buckets(
        _ before: inout BucketCounts, _ rows: inout RowReader
    ) throws(StoreError) -> [UInt64] {
        let count = try rows.next(.bucketCount)
        guard count <= UInt64(Limits.columnValuesMax) else { throw RowReader.damaged(.bucketCount) }
        var differences: [Int64] = []
        for _ in 0..<count { differences.append(try rows.nextSigned(.bucketValue)) }
        return before.counts(differences)
    }
}

/// What every kind of point has.
private struct PointHead {
    var start: UInt64 = 0
    var time: UInt64 = 0
    var flags: UInt32 = 0
    var exemplars: [Exemplar] = []

    init(_ presence: Presence, _ stream: inout PointStream, _ rows: inout RowReader) throws(StoreError) {
        if presence.contains(.start) { start = stream.startTime.value(try rows.nextSigned(.pointStart)) }
        if presence.contains(.time) { time = stream.time.value(try rows.nextSigned(.pointTime)) }
        if presence.contains(.flags) { flags = UInt32(truncatingIfNeeded: try rows.next(.pointFlags)) }
        if presence.contains(.exemplars) {
            let bytes = try rows.bytes(.pointExemplars)
            do throws(WireError) {
                exemplars = try Metric(protobuf: bytes).exemplars
            } catch {
                throw RowReader.damaged(.pointExemplars)
            }
        }
    }
}

extension Metric: JSONRecord {
    static var noun: StaticString { MetricReader.noun }
    /// The points; a metric without any counts for one.
    var itemCount: Int { max(1, data?.pointCount ?? 0) }

    /// Reads a Metric. Of several members of the `oneof` the last counts.
    init(from json: inout JSONReader, _ rejection: inout RecordRejection?) throws(JSONError) {
        self.init(name: "")
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "name": name = try json.string()
            case "description": description = try json.string()
            case "unit": unit = try json.string()
            case "metadata": metadata = try json.attributes(&rejection)
            case "gauge": data = .gauge(try Points(from: &json, &rejection).points)
            case "sum":
                let sum = try Points<NumberDataPoint>(from: &json, &rejection)
                data = .sum(sum.points, temporality: sum.temporality, isMonotonic: sum.isMonotonic)
            case "histogram":
                let histogram = try Points<HistogramDataPoint>(from: &json, &rejection)
                data = .histogram(histogram.points, temporality: histogram.temporality)
            case "exponentialHistogram":
                let histogram = try Points<ExponentialHistogramDataPoint>(from: &json, &rejection)
                data = .exponentialHistogram(histogram.points, temporality: histogram.temporality)
            case "summary": data = .summary(try Points(from: &json, &rejection).points)
            default: try json.skip()
            }
        }
    }

    func encode(into writer: inout JSONWriter) {
        writer.string("name", name)
        writer.string("description", description)
        writer.string("unit", unit)
        switch data {
        case nil: break
        case .gauge(let points):
            writer.object("gauge") { $0.points(points) }
        case .sum(let points, let temporality, let isMonotonic):
            writer.object("sum") { writer in
                writer.points(points, temporality)
                writer.bool("isMonotonic", isMonotonic)
            }
        case .histogram(let points, let temporality):
            writer.object("histogram") { $0.points(points, temporality) }
        case .exponentialHistogram(let points, let temporality):
            writer.object("exponentialHistogram") { $0.points(points, temporality) }
        case .summary(let points):
            writer.object("summary") { $0.points(points) }
        }
        writer.attributes("metadata", metadata)
    }
}

/// A point of one of the five kinds.
protocol JSONDataPoint {
    init(from json: inout JSONReader, _ rejection: inout RecordRejection?) throws(JSONError)
    func encode(into writer: inout JSONWriter)
}

/// A Gauge, Sum, Histogram, ExponentialHistogram or Summary; the first and the last have nothing but points.
private struct Points<Point: JSONDataPoint> {
    var points: [Point] = []
    var temporality = Metric.AggregationTemporality.unspecified
    var isMonotonic = false

    init(from json: inout JSONReader, _ rejection: inout RecordRejection?) throws(JSONError) {
        try json.beginObject()
        while let field = try json.nextField() {
            switch field {
            case "dataPoints":
                points = []
                try json.beginArray()
                while try json.nextElement() { points.append(try Point(from: &json, &rejection)) }
            case "aggregationTemporality":
                temporality.rawValue = try json.enumeration(
                    "AGGREGATION_TEMPORALITY_", ["UNSPECIFIED", "DELTA", "CUMULATIVE"])
            case "isMonotonic": isMonotonic = try json.bool()
            default: try json.skip()
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func points(
        _ points: [some JSONDataPoint], _ temporality: Metric.AggregationTemporality = .unspecified
    ) {
        messages("dataPoints", points) { $0.encode(into: &$1) }
        int32("aggregationTemporality", temporality.rawValue)
    }
}

import OTLP
import TelemetryStore

/// The newest point of one series in a stretch of time, as the answer to a question in SQL.
///
/// Source: Documentation/Formats/sql.md, the table `metrics`.
struct MetricSeriesRow {
    /// What makes it a series.
    var key: String
    var pointCount: Int
    var isCumulative: Bool
    /// The metric with that one point.
    var data: MetricsData

    /// With exactly one `max()`, SQLite takes the other columns from the row that has it.
    static func query(in time: Range<UInt64>, of services: [String]) -> String {
        var conditions = "time >= \(time.lowerBound) AND time < \(min(time.upperBound, UInt64(Int64.max)))"
        if !services.isEmpty {
            let names = services.map { "'" + $0.replacing("'", with: "''") + "'" }
            conditions += " AND service IN (\(names.joined(separator: ", ")))"
        }
        return """
            SELECT resource, name, unit, type, temporality, attributes, max(time), value, count, sum, min, max, buckets, count(*)
            FROM metrics WHERE \(conditions) GROUP BY resource, name, unit, attributes
            """
    }

    init?(_ row: [SQLValue]) {
        guard row.count == 14, let name = row[1].text, let time = row[6].integer, let count = row[13].integer else {
            return nil
        }
        let resource = row[0].text ?? ""
        let attributes = row[5].text ?? ""
        let unit = row[2].text ?? ""
        key = [resource, name, unit, attributes].joined(separator: "\u{0}")
        pointCount = Int(count)
        isCumulative = row[4].text == "cumulative"
        let point = MetricSeriesRow.Point(
            timeUnixNano: UInt64(max(0, time)), attributes: [Attribute](plainJSON: attributes), row: row)
        let metric = Metric(name: name, unit: unit, data: point.data(of: row[3].text ?? "", isCumulative))
        data = MetricsData(resourceMetrics: [
            ResourceMetrics(
                resource: Resource(attributes: [Attribute](plainJSON: resource)),
                scopeMetrics: [ScopeMetrics(metrics: [metric])])
        ])
    }

    private struct Point {
        var timeUnixNano: UInt64
        var attributes: [Attribute]
        var row: [SQLValue]

        func data(of type: String, _ isCumulative: Bool) -> Metric.Data {
            let temporality: Metric.AggregationTemporality = isCumulative ? .cumulative : .delta
            switch type {
            case "histogram": return .histogram([histogram], temporality: temporality)
            case "exponential_histogram":
                var point = ExponentialHistogramDataPoint()
                point.timeUnixNano = timeUnixNano
                point.attributes = attributes
                point.count = UInt64(max(0, row[8].integer ?? 0))
                point.max = row[11].real.map { ExactDouble($0) }
                return .exponentialHistogram([point], temporality: temporality)
            case "summary":
                var point = SummaryDataPoint()
                point.timeUnixNano = timeUnixNano
                point.attributes = attributes
                return .summary([point])
            case "sum": return .sum([number], temporality: temporality, isMonotonic: true)
            default: return .gauge([number])
            }
        }

        private var number: NumberDataPoint {
            var point = NumberDataPoint()
            point.timeUnixNano = timeUnixNano
            point.attributes = attributes
            switch row[7] {
            case .integer(let value): point.value = .int(value)
            case .real(let value): point.value = .double(value)
            case .null, .text, .blob: break
            }
            return point
        }

        private var histogram: HistogramDataPoint {
            var point = HistogramDataPoint()
            point.timeUnixNano = timeUnixNano
            point.attributes = attributes
            point.count = UInt64(max(0, row[8].integer ?? 0))
            point.sum = row[9].real.map { ExactDouble($0) }
            point.min = row[10].real.map { ExactDouble($0) }
            point.max = row[11].real.map { ExactDouble($0) }
            for entry in [Attribute](plainJSON: row[12].text ?? "") {
                guard case .array(let numbers) = entry.value else { continue }
                if entry.key == "bounds" { point.explicitBounds = numbers.compactMap(\.real).map { ExactDouble($0) } }
                if entry.key == "counts" {
                    point.bucketCounts = numbers.compactMap(\.real).map { UInt64(max(0, min($0, 1e18))) }
                }
            }
            return point
        }
    }
}

extension SQLValue {
    fileprivate var text: String? { if case .text(let text) = self { text } else { nil } }
    fileprivate var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    fileprivate var real: Double? {
        switch self {
        case .real(let value): value
        case .integer(let value): Double(value)
        case .null, .text, .blob: nil
        }
    }
}

extension AttributeValue {
    fileprivate var real: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}

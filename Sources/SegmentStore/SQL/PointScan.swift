import OTLP
import TelemetryStore

/// The table `metrics`: a row a point.
final class PointScan: TableScan {
    enum Column: Int, CaseIterable {
        case service, name, type, unit, description, time, startTime, value, count, sum, min, max, temporality
        case isMonotonic, buckets, quantiles, exemplars, scope, attributes, resource, flags

        var definition: SQLColumn {
            switch self {
            case .service: .text("service", .service)
            case .name: .text("name", .name)
            case .type: .text("type")
            case .unit: .text("unit")
            case .description: .text("description")
            case .time: .integer("time", .time)
            case .startTime: .integer("start_time")
            case .value: .any("value")
            case .count: .integer("count")
            case .sum: .real("sum")
            case .min: .real("min")
            case .max: .real("max")
            case .temporality: .text("temporality")
            case .isMonotonic: .integer("is_monotonic")
            case .buckets: .text("buckets")
            case .quantiles: .text("quantiles")
            case .exemplars: .text("exemplars")
            case .scope: .text("scope")
            case .attributes: .text("attributes")
            case .resource: .text("resource")
            case .flags: .integer("flags")
            }
        }
    }

    private let context: SQLContext
    private let filter: RecordFilter
    /// Still to be visited, the next one last.
    private var groups: [(block: Int, group: Int)]?
    private var origins = OriginValues([])
    private var points: [(point: MetricPoint, metric: Metric, row: Int)] = []
    private var current = (block: 0, group: 0)
    private var place = -1

    init(_ filter: RowFilter, _ context: SQLContext) {
        self.filter = filter.records
        self.context = context
    }

    // MARK: Rows

    func next() throws(StoreError) -> Bool {
        place += 1
        while place >= points.count {
            try context.check()
            if groups == nil { groups = try matchingGroups() }
            guard let next = groups?.popLast() else { return false }
            current = next
            do throws(StoreError) {
                try read(next.group, of: try context.block(next.block))
            } catch {
                context.damaged(error)
            }
        }
        return true
    }

    private func matchingGroups() throws(StoreError) -> [(block: Int, group: Int)] {
        var groups: [(block: Int, group: Int)] = []
        for (place, stored) in context.blocks.enumerated().reversed() where stored.counts.points > 0 {
            guard mayHave(stored.times) else { continue }
            do throws(StoreError) {
                let block = try context.block(place)
                for (group, summary) in block.groups.enumerated()
                where summary.counts.points > 0 && mayHave(summary.summary.times) {
                    groups.append((place, group))
                }
            } catch {
                context.damaged(error)
            }
        }
        return groups
    }

    private func mayHave(_ times: TimeRange) -> Bool {
        guard let time = filter.time else { return true }
        return times.first < time.upperBound && times.last >= time.lowerBound
    }

    private func read(_ group: Int, of block: BlockReader) throws(StoreError) {
        context.groupsRead += 1
        origins = OriginValues(block.origins)
        points = []
        place = 0
        let isService = block.origins.map { filter.services.isEmpty || filter.services.contains($0.service ?? "") }
        guard isService.contains(true) else { return }
        // Points of one metric follow each other.
        var last: (head: [UInt8], metric: Metric, isWanted: Bool)?
        var row = -1
        try block.readPoints(ofGroup: group) { point throws(StoreError) in
            row += 1
            guard point.origin < UInt32(isService.count), isService[Int(point.origin)] else { return }
            if last?.head != point.metric {
                do throws(WireError) {
                    let metric = try Metric(protobuf: point.metric)
                    var name = metric.name
                    let isWanted = name.withUTF8 { filter.name?.holds(for: UnsafeRawBufferPointer($0)) ?? true }
                    last = (point.metric, metric, isWanted)
                } catch {
                    throw RowReader.damaged(.pointMetric)
                }
            }
            if let last, last.isWanted { points.append((point, last.metric, row)) }
        }
    }

    // MARK: Columns

    var rowID: Int64 {
        RowPlace.id(
            block: current.block, group: current.group, row: points.indices.contains(place) ? points[place].row : 0)
    }

    func column(_ number: Int, _ result: SQLResult) throws(StoreError) {
        guard points.indices.contains(place) else { return }
        let (point, metric, _) = points[place]
        let origin = UInt64(point.origin)
        guard let column = Column(rawValue: number) else {
            let place = number - Column.allCases.count
            guard context.attributes.indices.contains(place) else { return result.null() }
            let key = context.attributes[place]
            let own = point.attributeList.first { $0.key == key }
            return result.attribute(own.map(\.value) ?? origins.attribute(key, origin))
        }
        switch column {
        case .service: origins.service(origin, result)
        case .name: result.textIfAny(metric.name)
        case .type: if let type = metric.data?.typeName { result.text(type) } else { result.null() }
        case .unit: result.textIfAny(metric.unit)
        case .description: result.textIfAny(metric.description)
        case .temporality:
            if let name = metric.data?.temporality?.name { result.text(name) } else { result.null() }
        case .isMonotonic:
            if case .sum(_, _, let isMonotonic) = metric.data {
                result.integer(isMonotonic ? 1 : 0)
            } else {
                result.null()
            }
        case .scope: origins.scope(origin, result)
        case .attributes: result.text(JSONWriter.plain(point.attributeList))
        case .resource: origins.resource(origin, result)
        default: point.value.column(column, result)
        }
    }
}

extension Metric.Data {
    /// As the OpenTelemetry data model spells it.
    fileprivate var typeName: String {
        switch self {
        case .gauge: "gauge"
        case .sum: "sum"
        case .histogram: "histogram"
        case .exponentialHistogram: "exponential_histogram"
        case .summary: "summary"
        }
    }

    fileprivate var temporality: Metric.AggregationTemporality? {
        switch self {
        case .sum(_, let temporality, _), .histogram(_, let temporality), .exponentialHistogram(_, let temporality):
            temporality
        case .gauge, .summary: nil
        }
    }
}

extension Metric.AggregationTemporality {
    fileprivate var name: String {
        switch self {
        case .unspecified: "unspecified"
        case .delta: "delta"
        case .cumulative: "cumulative"
        default: String(rawValue)
        }
    }
}

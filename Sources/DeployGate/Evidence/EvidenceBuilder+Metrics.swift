import OTLP

extension EvidenceBuilder {
    mutating func add(_ data: MetricsData) {
        for group in data.resourceMetrics {
            guard let service = service(of: group.resource) else { continue }
            let isJudged = isJudged(group.resource)
            var isNoted = false
            for metric in group.scopeMetrics.lazy.flatMap(\.metrics) {
                let points = metric.data?.points ?? []
                guard isJudged, points.contains(where: { isInWindow($0.time) }) else {
                    if !points.isEmpty {
                        services[service].history.metricNames.add(metric.name)
                        metrics.addHistory(metric)
                    }
                    continue
                }
                if !isNoted {
                    note(group.resource, of: service)
                    isNoted = true
                }
                evidence.metricPointCount += points.count
                services[service].metricNames.add(metric.name)
                metrics.add(metric, points, service)
                for point in points {
                    see(point.time, of: service)
                    for attribute in point.attributes { use(attribute, .metric, service) }
                }
                readPlatformMetric(metric, of: service)
            }
        }
    }

    /// Metrics that tell of the platform or of the telemetry itself, by the names of the semantic conventions.
    private mutating func readPlatformMetric(_ metric: Metric, of service: Int) {
        let seconds = metric.unit == "ms" ? 0.001 : 1.0
        switch metric.name {
        case "faas.mem_usage":
            let factor = metric.unit == "MBy" || metric.unit == "MiBy" ? 1_048_576.0 : 1
            for value in metric.data?.largestValues ?? [] {
                services[service].peakMemoryBytes = max(services[service].peakMemoryBytes ?? 0, value * factor)
            }
        case "faas.init_duration": metric.data?.fold(into: &services[service].initDurations, scale: seconds)
        case "otel.sdk.exporter.operation.duration":
            metric.data?.fold(into: &services[service].exportDurations, scale: seconds)
            services[service].failedExportCount +=
                metric.data?.points.count { $0.attributes["error.type"] != nil } ?? 0
        default: break
        }
    }
}

/// What is kept of metrics while they stream by.
struct MetricFold {
    struct Entry {
        var services: Set<Int> = []
        var units: Set<String> = []
        var historicUnits: Set<String> = []
        var buckets: Set<String> = []
        var historicBuckets: Set<String> = []
        /// By attribute and hour.
        var values: [HourKey: SampledSet] = [:]
    }

    struct HourKey: Hashable {
        var attribute: String
        var hour: UInt64
    }

    private(set) var entries: [String: Entry] = [:]

    mutating func addHistory(_ metric: Metric) {
        guard var entry = entry(metric.name) else { return }
        entry.historicUnits.insert(metric.unit)
        if let buckets = metric.data?.buckets { entry.historicBuckets.insert(buckets) }
        entries[metric.name] = entry
    }

    mutating func add(_ metric: Metric, _ points: [PointView], _ service: Int) {
        guard var entry = entry(metric.name) else { return }
        entries[metric.name] = nil
        entry.services.insert(service)
        entry.units.insert(metric.unit)
        if let buckets = metric.data?.buckets, entry.buckets.count < 16 { entry.buckets.insert(buckets) }
        for point in points {
            for attribute in point.attributes where entry.values.count < Limits.namesPerServiceMax {
                let key = HourKey(attribute: attribute.key, hour: point.time / 3_600_000_000_000)
                entry.values[key, default: SampledSet(capacity: 512)].insert(MetricFold.hash(attribute.value))
            }
        }
        entries[metric.name] = entry
    }

    private func entry(_ name: String) -> Entry? {
        entries[name] ?? (entries.count < Limits.namesPerServiceMax ? Entry() : nil)
    }

    private static func hash(_ value: AttributeValue?) -> UInt64 {
        switch value {
        case .string(let text): SampledSet.hash(text)
        case .int(let number): SampledSet.mix(UInt64(bitPattern: number))
        default: SampledSet.hash("\(String(describing: value))")
        }
    }
}

/// What all kinds of points have.
struct PointView {
    var time: UInt64
    var attributes: [Attribute]
}

extension Metric.Data {
    var points: [PointView] {
        switch self {
        case .gauge(let points), .sum(let points, _, _):
            points.map { PointView(time: $0.timeUnixNano, attributes: $0.attributes) }
        case .histogram(let points, _): points.map { PointView(time: $0.timeUnixNano, attributes: $0.attributes) }
        case .exponentialHistogram(let points, _):
            points.map { PointView(time: $0.timeUnixNano, attributes: $0.attributes) }
        case .summary(let points): points.map { PointView(time: $0.timeUnixNano, attributes: $0.attributes) }
        }
    }

    /// The bounds of an explicit histogram, as text.
    var buckets: String? {
        guard case .histogram(let points, _) = self, let point = points.first else { return nil }
        return point.explicitBounds.map { "\($0.value)" }.joined(separator: ",")
    }

    /// The largest value of each point, as exactly as it is known.
    var largestValues: [Double] {
        switch self {
        case .gauge(let points), .sum(let points, _, _):
            points.compactMap {
                switch $0.value {
                case .int(let value): Double(value)
                case .double(let value): value
                case nil: nil
                }
            }
        case .histogram(let points, _):
            points.compactMap { $0.max?.value ?? ($0.count > 0 ? $0.sum.map { _ in 0 } : nil) }
        case .exponentialHistogram(let points, _): points.compactMap { $0.max?.value }
        case .summary: []
        }
    }

    /// Adds a distribution of seconds (times `scale`): a bucket counts at its upper bound, the last one at the maximum.
    func fold(into sketch: inout DurationSketch, scale: Double) {
        func add(_ value: Double, times count: UInt64) {
            let nanoseconds = value * scale * 1e9
            guard nanoseconds.isFinite, nanoseconds >= 0, nanoseconds < 1e18 else { return }
            for _ in 0..<min(count, 1000) { sketch.add(UInt64(nanoseconds)) }
        }
        switch self {
        case .histogram(let points, _):
            for point in points {
                for (index, count) in point.bucketCounts.enumerated() where count > 0 {
                    let bound = index < point.explicitBounds.count ? point.explicitBounds[index].value : .infinity
                    add(min(bound, point.max?.value ?? bound), times: count)
                }
            }
        case .exponentialHistogram(let points, _):
            for point in points where point.count > 0 {
                if let max = point.max?.value { add(max, times: point.count) }
            }
        case .gauge, .sum: for value in largestValues { add(value, times: 1) }
        case .summary: break
        }
    }
}

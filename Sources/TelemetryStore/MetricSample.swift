public import OTLP

/// Metrics, of each metric of each service no more points than say what it is: for who asks over the network.
public struct MetricSample: Hashable, Sendable {
    public private(set) var metrics = MetricsData()
    private let since: UInt64
    private var counts: [Key: Int] = [:]

    private struct Key: Hashable {
        var service: String
        var metric: String
    }

    /// - Parameter since: nanoseconds since the Unix epoch; metrics whose points are all older are left out.
    public init(since: UInt64) {
        self.since = since
    }

    /// Takes over what there is not enough of yet: `Limits.sampledPointsPerMetric` points.
    public mutating func append(_ data: MetricsData) {
        for group in data.resourceMetrics {
            let service = group.resource?.serviceName ?? ""
            var taken = group
            taken.scopeMetrics = []
            for scope in group.scopeMetrics {
                var some = scope
                some.metrics = scope.metrics.filter { take($0, of: service) }
                if !some.metrics.isEmpty { taken.scopeMetrics.append(some) }
            }
            if !taken.scopeMetrics.isEmpty { metrics.resourceMetrics.append(taken) }
        }
    }

    private mutating func take(_ metric: Metric, of service: String) -> Bool {
        guard let data = metric.data, data.isAny(since: since) else { return false }
        let key = Key(service: service, metric: metric.name)
        let count = counts[key, default: 0]
        guard count < Limits.sampledPointsPerMetric, counts.count < Limits.sampledMetricsMax else { return false }
        counts[key] = count + data.pointCount
        return true
    }
}

extension Metric.Data {
    /// Whether a point is of this time or later.
    public func isAny(since: UInt64) -> Bool {
        switch self {
        case .gauge(let points), .sum(let points, _, _): points.contains { $0.timeUnixNano >= since }
        case .histogram(let points, _): points.contains { $0.timeUnixNano >= since }
        case .exponentialHistogram(let points, _): points.contains { $0.timeUnixNano >= since }
        case .summary(let points): points.contains { $0.timeUnixNano >= since }
        }
    }
}

extension TelemetryStore {
    /// A sample of the metrics since a moment.
    public func metricSample(since: UInt64) async throws(StoreError) -> MetricSample {
        var sample = MetricSample(since: since)
        do {
            try await export(.metrics) { if case .metrics(let data) = $0 { sample.append(data) } }
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.unreadable, "cannot read the metrics: \(error)")
        }
        return sample
    }
}

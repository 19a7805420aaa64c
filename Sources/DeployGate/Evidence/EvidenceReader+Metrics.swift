import OTLP
import TelemetryStore

extension EvidenceReader {
    /// Reads metrics from the newest backwards, each stretch as long as all before it together, until there are enough points.
    ///
    /// 1. Of each series (a resource, a metric, its attributes) the newest point of a stretch is read, however many there were.
    /// 2. When the window holds more than `Limits.metricPointsMax`, the rest of it is asked only for services that have had
    ///    none: a function that measures itself once a day is heard too.
    /// 3. Before the window fewer points do: they say which names, units and buckets there were.
    mutating func readMetrics() async throws(StoreError) {
        let reached = try await readMetrics(
            from: .max, backTo: window.sinceUnixNano, points: Limits.metricPointsMax)
        if reached > window.sinceUnixNano {
            let silent = builder.servicesWithoutMetrics
            if !silent.isEmpty {
                try await readMetrics(in: window.sinceUnixNano..<reached, of: silent)
            }
        }
        _ = try await readMetrics(
            from: window.sinceUnixNano, backTo: history.sinceUnixNano, points: Limits.historicMetricPointsMax)
    }

    /// - Returns: how far back everything has been read.
    private mutating func readMetrics(
        from end: UInt64, backTo start: UInt64, points pointsMax: Int
    ) async throws(StoreError) -> UInt64 {
        var end = end
        var length = Limits.metricStretchNanoseconds
        var count = 0
        while end > start, count < pointsMax {
            let newest = min(end, max(start, window.untilUnixNano))
            let from = newest - min(length, newest - start)
            count += try await readMetrics(in: from..<end)
            length = max(length, newest - from) * 2
            end = from
        }
        return end
    }

    /// - Returns: how many points there were.
    @discardableResult
    private mutating func readMetrics(
        in time: Range<UInt64>, of services: [String] = []
    ) async throws(StoreError) -> Int {
        let table = try await source.sql(
            SQLQuery(MetricSeriesRow.query(in: time, of: services), rowsMax: Limits.metricSeriesMax))
        var count = 0
        for row in table.rows {
            guard let series = MetricSeriesRow(row) else { continue }
            count += series.pointCount
            guard !series.isCumulative || cumulativeSeries.insert(series.key).inserted else { continue }
            builder.add(.metrics(series.data))
        }
        return count
    }
}

extension EvidenceBuilder {
    /// Services that have sent something in the window, and no metric.
    fileprivate var servicesWithoutMetrics: [String] {
        var measured: Set<String> = []
        var all: Set<String> = []
        for (index, name) in serviceNames where !name.isEmpty {
            all.insert(name)
            if !services[index].metricNames.isEmpty { measured.insert(name) }
        }
        return all.subtracting(measured).sorted()
    }
}

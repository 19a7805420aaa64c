import ArgumentParser
import OTLP
import Program
import TelemetryStore
import TraceAssembly
import TraceView

/// `traceview services`: how each service is doing.
struct ServicesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "services",
        abstract: "Shows each service: rate, errors, p50 to p99, cost, and how it went over time.",
        discussion:
            "Counts what services were asked to do (SERVER and CONSUMER spans), over the last hour unless --since says otherwise."
    )

    @OptionGroup var filterOptions: FilterOptions
    @OptionGroup var sourceOptions: SourceOptions
    @OptionGroup var screen: ScreenFlags
    @OptionGroup var priceOptions: PriceOptions

    @Flag(help: "Print each service as one JSON object a line.")
    var json = false

    private static let bucketCount: UInt64 = 24
    private static let functionKeys = ["cloud.platform", "host.arch", "faas.max_memory"]

    func run() async throws {
        let prices = try priceOptions.list()
        var filter = filterOptions.filter(defaultSince: .seconds(3_600))
        let start = filter.time?.lowerBound ?? 0
        let end = min(filter.time?.upperBound ?? .max, MomentText.now)
        let width = max(1_000_000_000, (max(end, start) - start) / ServicesCommand.bucketCount)
        let source = try sourceOptions.opened()
        var rows: [AggregateRow] = []
        for kind in [Span.Kind.server, .consumer] {
            filter.kind = kind
            let keys = ServicesCommand.functionKeys.map(Aggregation.GroupKey.attribute)
            let question = Aggregation(.traces, filter, groupBy: [.service] + keys, bucketNanoseconds: width)
            rows += try await source.rows(question)
        }
        guard !rows.isEmpty else {
            filter.kind = nil
            let hint = await WhyNothing(filter: filter, source: source, clock: screen.clock).hint
            throw ProgramError.notFound(
                "no service was asked for anything in that time" + (hint ?? "; --since looks further back"))
        }
        let summaries = summaries(rows, start, end, width, prices)
        guard !json else { return ScreenFlags.print(json: summaries.map { $0.json() }) }
        screen.show(ServicesScreen(summaries, screen.options()).lines())
    }

    private func summaries(
        _ rows: [AggregateRow], _ start: UInt64, _ end: UInt64, _ width: UInt64, _ prices: PriceList
    ) -> [ServiceSummary] {
        let seconds = Double(max(end, start + 1) - start) / 1e9
        return Dictionary(grouping: rows) { $0.key[0] ?? "" }.map { service, rows in
            var durations = QuantileSketch()
            var buckets = [Int](repeating: 0, count: Int(ServicesCommand.bucketCount))
            var dollars: Double?
            for row in rows {
                durations.merge(row.durations)
                let place = row.bucketStart > start ? Int((row.bucketStart - start) / width) : 0
                buckets[min(place, buckets.count - 1)] += row.count
                if let cost = cost(row, prices) { dollars = (dollars ?? 0) + cost }
            }
            let count = rows.reduce(0) { $0 + $1.count }
            return ServiceSummary(
                service: service, count: count, errorCount: rows.reduce(0) { $0 + $1.errorCount },
                perSecond: Double(count) / seconds,
                quantiles: [0.5, 0.95, 0.99].map { durations.quantile($0) ?? 0 }, dollars: dollars, buckets: buckets)
        }
        .sorted { ($1.count, $0.service) < ($0.count, $1.service) }
    }

    /// What the functions of a row cost; `nil` when they are none, or have no price.
    private func cost(_ row: AggregateRow, _ prices: PriceList) -> Double? {
        guard let platform = row.key[1], let memory = row.key[3].flatMap(Double.init),
            let price = prices.function(platform: platform, architecture: row.key[2] ?? "")
        else { return nil }
        var nanoseconds = 0.0
        for (bucket, count) in row.durations.counts.enumerated() where count > 0 {
            nanoseconds += Double(QuantileSketch.value(ofBucket: bucket)) * Double(count)
        }
        return nanoseconds / 1e9 * memory / Double(1 << 30) * price.perGigabyteSecond + Double(row.count)
            * price.perRequest
    }
}

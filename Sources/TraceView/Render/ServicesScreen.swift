/// How a service did over some time.
public struct ServiceSummary: Sendable {
    public let service: String
    public let count: Int
    public let errorCount: Int
    public let perSecond: Double
    /// p50, p95 and p99 in nanoseconds.
    public let quantiles: [UInt64]
    /// `nil` when it has no price.
    public let dollars: Double?
    /// Requests over time.
    public let buckets: [Int]

    public init(
        service: String, count: Int, errorCount: Int, perSecond: Double, quantiles: [UInt64], dollars: Double?,
        buckets: [Int]
    ) {
        self.service = service
        self.count = count
        self.errorCount = errorCount
        self.perSecond = perSecond
        self.quantiles = quantiles
        self.dollars = dollars
        self.buckets = buckets
    }
}

/// One line for each service, the busiest first.
public struct ServicesScreen: Sendable {
    let summaries: [ServiceSummary]
    let options: ScreenOptions

    public init(_ summaries: [ServiceSummary], _ options: ScreenOptions) {
        self.summaries = summaries
        self.options = options
    }

    public func lines() -> [String] {
        let weights = [("REQUESTS", 0), ("RATE", 4), ("ERRORS", 0), ("P50", 3), ("P95", 1)]
        var columns = [TextTable.Column(title: "SERVICE")]
        columns += weights.map { TextTable.Column(title: $0, isRight: true, leaves: $1) }
        if options.width >= 80 { columns.append(TextTable.Column(title: "P99", isRight: true, leaves: 2)) }
        if options.width >= 100 { columns.append(TextTable.Column(title: "COST", isRight: true, leaves: 5)) }
        if options.width >= 60 { columns.append(TextTable.Column(title: "OVER TIME", isWhole: true, leaves: 6)) }
        var table = TextTable(columns: columns)
        table.rows = summaries.map { summary in
            let errors =
                summary.errorCount == 0
                ? "" : "✗ " + Units.percent(UInt64(summary.errorCount), of: UInt64(summary.count))
            var cells = [
                TextTable.Cell(VisibleText.visible(summary.service)), TextTable.Cell(Units.grouped(summary.count)),
                TextTable.Cell(ServicesScreen.rate(summary.perSecond)), TextTable.Cell(errors, .failed),
                TextTable.Cell(Units.duration(summary.quantiles[0])),
                TextTable.Cell(Units.duration(summary.quantiles[1])),
            ]
            if options.width >= 80 { cells.append(TextTable.Cell(Units.duration(summary.quantiles[2]))) }
            if options.width >= 100 { cells.append(TextTable.Cell(summary.dollars.map(Units.dollars) ?? "")) }
            if options.width >= 60 {
                cells.append(TextTable.Cell(ServicesScreen.sparkline(buckets(summary)), .critical))
            }
            return cells
        }
        return table.lines(options)
    }

    /// Two of them as one where the screen is narrow.
    private func buckets(_ summary: ServiceSummary) -> [Int] {
        guard options.width < Limits.selfTimeWidthMin else { return summary.buckets }
        let buckets = summary.buckets
        return stride(from: 0, to: buckets.count, by: 2).map {
            $0 + 1 < buckets.count ? buckets[$0] + buckets[$0 + 1] : buckets[$0]
        }
    }

    private static func rate(_ perSecond: Double) -> String {
        if perSecond >= 10 { return "\(Units.grouped(Int(perSecond.rounded())))/s" }
        if perSecond >= 0.1 { return "\(Double(Int((perSecond * 10).rounded())) / 10)/s" }
        return "\(Double(Int((perSecond * 600).rounded())) / 10)/m"
    }

    /// A bar for each stretch of time, against the busiest.
    static func sparkline(_ counts: [Int]) -> String {
        let bars: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
        let most = max(1, counts.max() ?? 1)
        return String(counts.map { $0 == 0 ? " " : bars[min(7, $0 * 8 / (most + 1))] })
    }
}

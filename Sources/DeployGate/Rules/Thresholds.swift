/// The numbers that rules compare with. Those that `gate.yaml` may set are variables.
public struct Thresholds: Sendable {
    /// Spans of kind INTERNAL that a service may have in one trace. Source: instrumentation score, SPA-001.
    static let internalSpansMax = 10
    /// Spans shorter than 5 ms that a trace may have. Source: instrumentation score, SPA-005.
    static let shortSpansMax = 20
    /// Different values of one metric attribute in an hour. Source: instrumentation score, MET-001.
    static let attributeValuesMax = 10_000
    /// The percentages of a budget at which somebody has to hear of it.
    static let budgetPercents = [50.0, 75, 90]

    /// Invocations of each function without which nothing is concluded.
    var invocationsMin = 1
    /// Seconds that a function may be given; `nil` is the provider's own bound.
    var timeoutSecondsMax: Double?
    /// Invocations without which nothing is said of a 99th percentile.
    var percentileInvocationsMin = 20
    var timeoutToP99Min = 2.0
    var timeoutToP99Max = 20.0
    /// A timeout this short is never too long.
    var timeoutSecondsAlwaysFine = 3.0
    var memoryPercentMin = 40.0
    var memoryPercentMax = 90.0
    var spanNamesMax = 100
    var exportMillisecondsMax = 200.0
    var overheadMillisecondsMax = 5.0
    var coldStartOverheadMillisecondsMax = 50.0
    var costRisePercentMax = 20.0
    /// Seconds by which clocks of functions may be ahead of the gate's.
    var clockSkewSecondsMax = 60.0

    public init() {}

    /// What each key of `thresholds:` in `gate.yaml` sets.
    static let settings: [(key: String, set: @Sendable (inout Thresholds, Double) -> Void)] = [
        ("invocations-min", { $0.invocationsMin = Int($1) }),
        ("timeout-seconds-max", { $0.timeoutSecondsMax = $1 }),
        ("percentile-invocations-min", { $0.percentileInvocationsMin = Int($1) }),
        ("timeout-to-p99-min", { $0.timeoutToP99Min = $1 }),
        ("timeout-to-p99-max", { $0.timeoutToP99Max = $1 }),
        ("memory-percent-min", { $0.memoryPercentMin = $1 }),
        ("memory-percent-max", { $0.memoryPercentMax = $1 }),
        ("span-names-max", { $0.spanNamesMax = Int($1) }),
        ("export-milliseconds-max", { $0.exportMillisecondsMax = $1 }),
        ("overhead-milliseconds-max", { $0.overheadMillisecondsMax = $1 }),
        ("cold-start-overhead-milliseconds-max", { $0.coldStartOverheadMillisecondsMax = $1 }),
        ("cost-rise-percent-max", { $0.costRisePercentMax = $1 }),
        ("clock-skew-seconds-max", { $0.clockSkewSecondsMax = $1 }),
    ]
}

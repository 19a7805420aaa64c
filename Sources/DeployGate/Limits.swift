/// Every bound of the gate, with its reason and what happens there.
enum Limits {
    // MARK: Manifests

    /// The largest file that is read. CloudFormation refuses templates above 1 MB; a larger file is refused before it is parsed.
    static let fileBytesMax = 8 << 20
    /// Nodes of one file with its aliases written out. A file above it is refused: only an alias bomb gets there.
    static let nodesMax = 250_000
    /// How deep the nodes of a file may be nested.
    static let depthMax = 128
    /// How many references may lead from one value to the next before the chain counts as a loop.
    static let referencesMax = 32

    /// Requests of the gate's own that the report for a person lists; the others are in the report for machines.
    static let probesShownMax = 12
    /// Functions of one deployment.
    static let functionsMax = 5_000

    // MARK: Evidence

    /// Spans and log lines that are read whole; of more, a sample is.
    static let wholeRecordsMax = 200_000
    /// Records that are asked for at once.
    static let pageRecords = 10_000
    /// Of a sample: stretches of the window, spans taken from each, and failed spans taken from all of it.
    static let sampledStretches = 32
    static let sampledSpansPerStretch = 500
    static let sampledFailures = 1_000
    /// Failed spans of a service of which those had none.
    static let sampledFailuresPerService = 10
    /// A service with fewer spans in the sample is asked for by itself.
    static let sampledSpansPerService = 50
    /// Log lines that belong to no trace, looked for at once.
    static let sampledLooseLogs = 500
    /// Points of metrics after which the walk back through the window ends, and through what lies before it: an hour of 200
    /// functions with four metrics a minute.
    static let metricPointsMax = 50_000
    static let historicMetricPointsMax = 10_000
    /// The first stretch of that walk; each next one is twice as long.
    static let metricStretchNanoseconds: UInt64 = 60_000_000_000
    /// Series that one stretch tells of. A rule on their number fails long before.
    static let metricSeriesMax = 50_000
    /// Services whose telemetry is told apart. Those that turn up later are counted as others and reported.
    static let servicesMax = 5_000
    /// Different names (of spans, metrics, log keys, attributes) kept for each service; further ones only count as overflow.
    static let namesPerServiceMax = 2_000
    /// Spans of traces that are kept to judge parents, callees and logs. Above it every second trace is let go, by its id,
    /// and what is left stands for all: 48 bytes a span.
    static let sampledSpansMax = 600_000
    /// Values of a set that is sampled in the same way (invocation ids, logs' span ids).
    static let sampledValuesMax = 100_000
    /// Values of one metric attribute told apart in one hour; a rule fails long before.
    static let attributeValuesMax = 10_000
    /// Bytes of a text that the search for secrets looks at.
    static let searchedTextBytesMax = 16_384

    // MARK: Reports

    /// Findings of one rule that the human report spells out; the rest is counted.
    static let findingsPerRuleMax = 5
    /// Lines of the overview that opens the human report: with the headline it fits on the smallest terminal.
    static let overviewLinesMax = 16
    /// Characters of others' text that a finding may quote.
    static let quoteCharactersMax = 80
}

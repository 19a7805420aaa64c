import OTLP

/// What one service sent.
struct ServiceEvidence: Sendable {
    /// Its `service.name`; the function's name when it has none.
    var name: String
    /// `faas.name`s it was seen with.
    var functionNames: Set<String> = []
    var isNameless = false

    // MARK: Resource

    var versions: [String: Int] = [:]
    var environments: [String: Int] = [:]
    /// Resources without the attribute.
    var resourceCount = 0
    var resourcesWithoutInstance = 0
    /// Which execution environment (`faas.instance`, `host.name` with `process.pid`) used an instance id.
    var instances: [String: String] = [:]
    var sharedInstanceID: String?

    // MARK: Spans

    var firstUnixNano = UInt64.max
    var lastUnixNano: UInt64 = 0
    var spanCount = 0
    /// SERVER and CONSUMER spans: one for each invocation.
    var entryCount = 0
    var entryErrorCount = 0
    var entryDurations = DurationSketch()
    var coldStartDurations = DurationSketch()
    var spanNames = NameSet()
    /// The most different span names in one hour of the clock; `nil` when it was not counted, and there are no more than in all.
    var mostSpanNamesInAnHour: Int?
    /// Entry spans that were looked at.
    var judgedEntryCount = 0
    /// Entry spans without each of the attributes that a function's span should have.
    var entriesWithout: [String: Int] = [:]
    var invocations = SampledSet()
    var invocationsWithEntry = SampledSet()

    // MARK: Traces, of those sampled

    var tracedSpanCount = 0
    var rootCount = 0
    var clientRootCount = 0
    var clientRootName: String?
    var orphanCount = 0
    var entryOrphanCount = 0
    var orphanTrace: TraceID?
    var tracesWithManyInternalSpans = 0
    var tracesWithManyShortSpans = 0
    var mostInternalSpans = 0
    var mostShortSpans = 0
    /// Calls to other functions by the name they were called by, and how many had a span on the other side.
    var calls: [String: CallCount] = [:]

    struct CallCount: Sendable {
        var made = 0
        var answered = 0
    }

    /// Calls that it made as a client, and how long those took that ended by a timeout, by whom they were for.
    var clientCallCount = 0
    var timedOutCalls: [String: DurationSketch] = [:]

    // MARK: Errors

    /// Of the failed spans whose trace was looked at: those that have an exception and an ERROR log themselves, those above one
    /// that has (they hand its error on), and the others.
    var provenErrorCount = 0
    var handedOnErrorCount = 0
    var unprovenErrorCount = 0

    // MARK: Logs

    var logCount = 0
    /// Lines that were looked at.
    var judgedLogCount = 0
    var platformLineCount = 0
    var unstructuredCount = 0
    var unstructuredExample: String?
    var logsWithout: [String: Int] = [:]
    /// Lines written inside a request that do not say which span they belong to.
    var unplacedLogCount = 0
    /// Lines that name a span which is not stored, of those that could be looked up.
    var strayLogCount = 0
    var placedLogCount = 0
    var unknownLevels = NameSet()
    var debugLogCount = 0
    var logKeys = NameSet()
    /// Kinds of secrets with where they were seen, never the secret.
    var secrets: [Secret: Int] = [:]

    struct Secret: Hashable, Sendable {
        var kind: String
        /// `log body`, `span attribute http.url`.
        var place: String
    }

    // MARK: Platform and metrics

    var metricNames = NameSet()
    /// Bytes: the most that an invocation used, and what it was allowed.
    var peakMemoryBytes: Double?
    var memoryLimitBytes: Double?
    var initDurations = DurationSketch()
    /// What lies between the end of an invocation's span and the platform's end of the invocation, together with what lies before.
    var outsideDurations = DurationSketch()
    var exportDurations = DurationSketch()
    var failedExportCount = 0

    // MARK: Before the window

    var history = History()

    /// What the service sent before the deployment.
    struct History: Sendable {
        var spanNames = NameSet()
        var logKeys = NameSet()
        var metricNames = NameSet()
        var entryDurations = DurationSketch()
        var versions = NameSet()
        var isEmpty: Bool { spanNames.isEmpty && logKeys.isEmpty && metricNames.isEmpty }
    }

    init(name: String) {
        self.name = name
    }

    var hasTelemetry: Bool { spanCount > 0 || logCount > 0 || !metricNames.isEmpty }
}

/// One metric, over all services.
struct MetricEvidence: Sendable {
    var name: String
    var services: Set<String> = []
    var units: Set<String> = []
    var historicUnits: Set<String> = []
    /// Bounds of explicit histograms, as text.
    var buckets: Set<String> = []
    var historicBuckets: Set<String> = []
    /// The most different values of an attribute in one hour.
    var cardinalities: [String: Int] = [:]
}

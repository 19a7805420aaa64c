/// Which of the three kinds of telemetry a request carries.
public enum Signal: UInt8, CaseIterable, Sendable {
    case traces = 1
    case logs = 2
    case metrics = 3
}

extension Signal: CustomStringConvertible {
    /// Its name in paths and messages. Said here, because reading it from the type's metadata is what a cold start notices.
    public var description: String {
        switch self {
        case .traces: "traces"
        case .logs: "logs"
        case .metrics: "metrics"
        }
    }
}

/// Spans by resource and scope: the body of one OTLP trace export.
///
/// Source: opentelemetry-proto 1.x, `ExportTraceServiceRequest`, `TracesData`.
public struct TracesData: Hashable, Sendable {
    public var resourceSpans: [ResourceSpans]
    public init(resourceSpans: [ResourceSpans] = []) { self.resourceSpans = resourceSpans }
}

public struct ResourceSpans: Hashable, Sendable {
    public var resource: Resource?
    public var scopeSpans: [ScopeSpans]
    public var schemaURL: String

    public init(resource: Resource? = nil, scopeSpans: [ScopeSpans] = [], schemaURL: String = "") {
        self.resource = resource
        self.scopeSpans = scopeSpans
        self.schemaURL = schemaURL
    }
}

public struct ScopeSpans: Hashable, Sendable {
    public var scope: InstrumentationScope?
    public var spans: [Span]
    public var schemaURL: String

    public init(scope: InstrumentationScope? = nil, spans: [Span] = [], schemaURL: String = "") {
        self.scope = scope
        self.spans = spans
        self.schemaURL = schemaURL
    }
}

/// Log records by resource and scope: the body of one OTLP log export.
///
/// Source: opentelemetry-proto 1.x, `ExportLogsServiceRequest`, `LogsData`.
public struct LogsData: Hashable, Sendable {
    public var resourceLogs: [ResourceLogs]
    public init(resourceLogs: [ResourceLogs] = []) { self.resourceLogs = resourceLogs }
}

public struct ResourceLogs: Hashable, Sendable {
    public var resource: Resource?
    public var scopeLogs: [ScopeLogs]
    public var schemaURL: String

    public init(resource: Resource? = nil, scopeLogs: [ScopeLogs] = [], schemaURL: String = "") {
        self.resource = resource
        self.scopeLogs = scopeLogs
        self.schemaURL = schemaURL
    }
}

public struct ScopeLogs: Hashable, Sendable {
    public var scope: InstrumentationScope?
    public var logRecords: [LogRecord]
    public var schemaURL: String

    public init(scope: InstrumentationScope? = nil, logRecords: [LogRecord] = [], schemaURL: String = "") {
        self.scope = scope
        self.logRecords = logRecords
        self.schemaURL = schemaURL
    }
}

/// Metrics by resource and scope: the body of one OTLP metric export.
///
/// Source: opentelemetry-proto 1.x, `ExportMetricsServiceRequest`, `MetricsData`.
public struct MetricsData: Hashable, Sendable {
    public var resourceMetrics: [ResourceMetrics]
    public init(resourceMetrics: [ResourceMetrics] = []) { self.resourceMetrics = resourceMetrics }
}

public struct ResourceMetrics: Hashable, Sendable {
    public var resource: Resource?
    public var scopeMetrics: [ScopeMetrics]
    public var schemaURL: String

    public init(resource: Resource? = nil, scopeMetrics: [ScopeMetrics] = [], schemaURL: String = "") {
        self.resource = resource
        self.scopeMetrics = scopeMetrics
        self.schemaURL = schemaURL
    }
}

public struct ScopeMetrics: Hashable, Sendable {
    public var scope: InstrumentationScope?
    public var metrics: [Metric]
    public var schemaURL: String

    public init(scope: InstrumentationScope? = nil, metrics: [Metric] = [], schemaURL: String = "") {
        self.scope = scope
        self.metrics = metrics
        self.schemaURL = schemaURL
    }
}

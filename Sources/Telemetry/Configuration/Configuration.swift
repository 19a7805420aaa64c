public import Logging
public import OTLP

extension Telemetry {
    /// Where telemetry goes, how much of it there is, and how much of it may wait.
    ///
    /// `.environment` is what the `OTEL_*` variables say; everything can be given here instead.
    public struct Configuration: Sendable {
        /// `service.name`: the function.
        public var serviceName: String
        /// What else describes the process, by attribute name.
        public var resourceAttributes: [String: AttributeValue] = [:]
        /// Where the process runs, which decides whether it is frozen between invocations; `nil` is found out.
        package var platform: (any FunctionPlatform)?
        /// The function as its platform describes it; stands on every log line.
        public var function: FunctionDescription?
        /// JSON log lines only: nothing is recorded for export.
        public var isDisabled = false
        /// Which backends `Telemetry.bootstrap` installs: all of them. Who has installed one already leaves it out.
        public var backends = Backends.all

        public var traces: SignalSettings
        public var logs: SignalSettings
        public var metrics: SignalSettings

        // MARK: Traces

        public var sampler: any Sampler = ParentBasedSampler(root: ConstantSampler.alwaysOn)
        /// Names as `OTEL_PROPAGATORS` has them; all are read, in this order, and all are written.
        public var propagators = Configuration.standardPropagators
        public var spanLimits = SpanLimits()

        // MARK: Logs

        public var logLevel = Logger.Level.info
        /// Levels of single loggers, by their label.
        public var logLevels: [String: Logger.Level] = [:]
        /// Writes each log event to standard output as a line of JSON.
        public var writesLogLines = true
        public var logFieldNames = LogFieldNames.otel
        /// Lines from this level up to the logger's are kept while a request is served, and written when it fails.
        public var bufferedLogLevel: Logger.Level?
        /// The share of requests, 0…1, whose buffered lines are written whether they fail or not.
        public var debugRequestRatio = 0.0

        // MARK: Metrics

        /// Changes since the last export instead of sums since the beginning; `nil` is yes for functions, which come and go,
        /// and no for everything else.
        public var usesDeltaMetrics: Bool?
        /// Replaces the buckets of every histogram.
        public var histogramBuckets: HistogramBuckets?

        // MARK: Safety

        public var redaction = Redaction.standard
        /// Fields of a log line.
        public var logFieldsMax = Limits.attributesMax
        /// Characters of the text of a log line's field.
        public var logValueLengthMax = Limits.valueLengthMax

        /// The defaults of the OpenTelemetry specification, with a collector beside the function.
        public init(serviceName: String, endpoint: Endpoint? = .localCollector) {
            self.serviceName = serviceName
            func destination(_ signal: Signal) -> Destination {
                endpoint.map { .collector($0.appending(signal)) } ?? .nowhere
            }
            traces = SignalSettings(destination(.traces), interval: .seconds(5))
            logs = SignalSettings(destination(.logs), interval: .seconds(1))
            metrics = SignalSettings(destination(.metrics), interval: .seconds(60))
        }

        package static let standardPropagators = ["tracecontext", "baggage"]

        /// The settings of one signal.
        public subscript(signal: Signal) -> SignalSettings {
            get {
                switch signal {
                case .traces: traces
                case .logs: logs
                case .metrics: metrics
                }
            }
            set {
                switch signal {
                case .traces: traces = newValue
                case .logs: logs = newValue
                case .metrics: metrics = newValue
                }
            }
        }

        /// Sends all signals through this exporter.
        public mutating func export(through exporter: any Exporter) {
            for signal in Signal.allCases { self[signal].destination = .exporter(exporter) }
        }
    }

    /// Where one signal goes and how much of it may wait.
    public struct SignalSettings: Sendable {
        public var destination: Destination
        /// Sent with every export.
        public var headers: [(name: String, value: String)] = []
        /// How long one export may take.
        public var timeout = Duration.seconds(10)
        public var encoding = Encoding.protobuf
        public var compression = Compression.none
        /// Files for TLS, used by `TelemetryHTTPS`.
        public var certificates = Certificates()
        /// The longest that a record waits for company.
        public var interval: Duration
        /// Records that may wait.
        public var waitingRecordsMax = Limits.waitingRecordsMax
        /// Records of one export.
        public var batchRecordsMax = Limits.batchRecordsMax

        public init(_ destination: Destination, interval: Duration) {
            self.destination = destination
            self.interval = interval
        }
    }

    public enum Destination: Sendable {
        case nowhere
        /// An OTLP/HTTP receiver of this signal.
        case collector(Endpoint)
        /// A line of OTLP/JSON for each export.
        case standardOutput
        /// The same, appended to a file.
        case file(String)
        /// Anything else: `TelemetryHTTPS`, `TelemetryTesting`, or what the host brings.
        case exporter(any Exporter)
    }

    /// Whom a connection over TLS trusts, and how it shows who it is. All are paths of PEM files.
    public struct Certificates: Hashable, Sendable {
        /// The authorities that a collector's certificate may be signed by; `nil` are the system's.
        public var authoritiesFile: String?
        /// The certificates, this side's first, and the key that a collector is shown which asks for them.
        public var clientChainFile: String?
        public var clientKeyFile: String?

        public init(authoritiesFile: String? = nil, clientChainFile: String? = nil, clientKeyFile: String? = nil) {
            self.authoritiesFile = authoritiesFile
            self.clientChainFile = clientChainFile
            self.clientKeyFile = clientKeyFile
        }
    }

    /// What a program logs, traces and measures through.
    public struct Backends: OptionSet, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// swift-log's.
        public static let logging = Backends(rawValue: 1)
        /// swift-distributed-tracing's.
        public static let tracing = Backends(rawValue: 2)
        /// swift-metrics'.
        public static let metrics = Backends(rawValue: 4)
        public static let all: Backends = [.logging, .tracing, .metrics]
    }

    public enum Encoding: Hashable, Sendable { case protobuf, json }
    public enum Compression: Hashable, Sendable { case none, gzip }
}

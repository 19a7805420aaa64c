import CoreMetrics
public import Logging
import Synchronization
import Tracing

/// The telemetry of this process: JSON log lines on standard output, and logs, spans and metrics sent to a collector.
///
/// `Telemetry.bootstrap()` at the start of the program makes it the backend of swift-log, swift-distributed-tracing and
/// swift-metrics; from then on `Logger`, `withSpan` and `Counter` are all that a function needs. `withSpan`, `log(_:)` and
/// `counter(_:)` of this handle do the same with typed fields and less cost.
///
/// Errors: none reach the host. What cannot be sent is dropped and counted in `droppedRecords`.
public final class Telemetry: Sendable {
    package let configuration: Configuration
    package let tracer: RecordingTracer
    package let metrics: MetricRegistry
    package let logWriter: LogWriter
    package let invocations: InvocationEnvironment
    private let processor: BatchProcessor

    private static let current = Mutex<Telemetry?>(nil)

    /// What `bootstrap` has made; `nil` before.
    public static var shared: Telemetry? { current.withLock { $0 } }

    /// Telemetry that is nobody's backend: what `bootstrap` installs, and what tests use.
    package init(_ configuration: Configuration, output: LineOutput? = nil) {
        let configuration = configuration.onItsPlatform
        self.configuration = configuration
        let processor = configuration.isDisabled ? BatchProcessor(configuration, .none) : BatchProcessor(configuration)
        self.processor = processor
        metrics = processor.metrics
        let policy = ValuePolicy(configuration.redaction, valueLengthMax: configuration.spanLimits.valueLengthMax)
        // Spans are made even when they go nowhere: what they propagate, others record.
        tracer = RecordingTracer(
            records: processor.spans.isClosed ? nil : processor.spans, sampler: configuration.sampler,
            limits: configuration.spanLimits, policy: policy, propagators: configuration.propagators)
        logWriter = LogWriter(
            service: configuration.serviceName, names: configuration.logFieldNames, function: configuration.function,
            output: configuration.writesLogLines ? output ?? .standardOutput : nil,
            records: processor.logs.isClosed ? nil : processor.logs,
            policy: policy.limited(to: configuration.logValueLengthMax),
            fieldsMax: configuration.logFieldsMax, bufferedLevel: configuration.bufferedLogLevel)
        invocations = InvocationEnvironment(configuration, tracer, processor)
    }

    /// Installs the backends of swift-log, swift-distributed-tracing and swift-metrics, once a process.
    ///
    /// A second call changes nothing, says so, and returns what the first made. Where another backend has been installed
    /// before, it stays, and that is said: telemetry then goes only through this handle.
    @discardableResult
    public static func bootstrap(_ configuration: Configuration = .environment) -> Telemetry {
        current.withLock { current in
            if let current {
                Diagnostics.say("cannot bootstrap twice: got a second configuration; the first one stays")
                return current
            }
            let telemetry = Telemetry(configuration)
            telemetry.install()
            telemetry.start()
            current = telemetry
            return telemetry
        }
    }

    private func install() {
        install(.logging, of: "swift-log", unless: InstalledBackends.hasLogging) {
            LoggingSystem.bootstrap { [self] label in logHandler(label) }
        }
        install(.tracing, of: "swift-distributed-tracing", unless: InstalledBackends.hasTracing) {
            InstrumentationSystem.bootstrap(tracer)
        }
        install(.metrics, of: "swift-metrics", unless: InstalledBackends.hasMetrics) {
            MetricsSystem.bootstrap(SwiftMetricsFactory(metrics))
        }
    }

    private func install(
        _ backend: Backends, of package: String, unless isInstalled: @autoclosure () -> Bool, _ bootstrap: () -> Void
    ) {
        guard configuration.backends.contains(backend) else { return }
        guard !isInstalled() else {
            Diagnostics.say(
                "cannot install the backend of \(package): got one already; call Telemetry.bootstrap() before it, or leave it "
                    + "out of Configuration.backends")
            return
        }
        bootstrap()
    }

    package func start() { processor.start() }

    /// swift-log's handler for a logger of that name: for programs that bootstrap swift-log themselves, with several.
    public func logHandler(_ label: String) -> any LogHandler {
        StructuredLogHandler(label: label, level: level(of: label), writer: logWriter)
    }

    /// A logger whose fields have types; its lines look like those of a swift-log `Logger` of that name.
    public func log(_ label: String) -> Log {
        Log(label, level: level(of: label), writer: logWriter)
    }

    private func level(of label: String) -> Logger.Level {
        configuration.logLevels[label] ?? configuration.logLevel
    }

    /// Sends everything that was recorded before the call, and returns when it has arrived or at the deadline.
    ///
    /// Returns whether all of it has arrived. What has not is kept and tried again. While the collector does not answer
    /// only the first call waits for its deadline; later ones return at once until it answers again.
    @discardableResult
    public func flush(deadline: ContinuousClock.Instant) async -> Bool {
        await processor.flush(deadline: deadline)
    }

    /// Flushes and ends the sending thread. What is recorded afterwards is dropped and counted.
    @discardableResult
    public func shutdown(deadline: ContinuousClock.Instant = .now + .seconds(5)) async -> Bool {
        await processor.shutdown(deadline: deadline)
    }

    /// Spans, log records and metric points that this process has lost: for want of room, or because the collector refused
    /// them.
    public var droppedRecords: Int { processor.droppedRecords }

    /// Waits until its task is cancelled, then shuts down: what `ServiceLifecycle` runs as a service.
    ///
    /// ```swift
    /// struct TelemetryService: Service {
    ///     let telemetry: Telemetry
    ///     func run() async throws { try await cancelWhenGracefulShutdown(telemetry.run) }
    /// }
    /// ```
    ///
    /// Give it first: services stop in the opposite order, and what the others say while they stop is sent too.
    public func run() async throws {
        let never = AsyncStream<Never> { _ in }
        for await _ in never {}
        await shutdown()
    }
}

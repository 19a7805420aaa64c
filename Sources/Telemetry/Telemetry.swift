import Logging
import Synchronization
import Tracing

/// The telemetry of this process: JSON log lines on standard output, and logs and spans sent to a collector.
///
/// `Telemetry.bootstrap()` at the start of the program makes it the backend of swift-log and swift-distributed-tracing;
/// from then on `Logger` and `withSpan` are all that a function needs.
///
/// Errors: none reach the host. What cannot be sent is dropped and counted in `droppedRecords`.
public final class Telemetry: Sendable {
    private let pipeline: ExportPipeline?

    private static let current = Mutex<Telemetry?>(nil)

    private init(pipeline: ExportPipeline?) {
        self.pipeline = pipeline
    }

    /// Installs the backends of swift-log and swift-distributed-tracing, once a process.
    ///
    /// A second call changes nothing and returns what the first made.
    @discardableResult
    public static func bootstrap(_ configuration: Configuration = .environment) -> Telemetry {
        current.withLock { current in
            if let current {
                Diagnostics.say("bootstrap was called again; the first configuration stays")
                return current
            }
            let telemetry = install(configuration)
            current = telemetry
            return telemetry
        }
    }

    private static func install(_ configuration: Configuration) -> Telemetry {
        let pipeline = configuration.isDisabled ? nil : ExportPipeline(configuration)
        let output = LineOutput(descriptor: LineOutput.standardOutput)
        LoggingSystem.bootstrap { label in
            StructuredLogHandler(
                label: label, service: configuration.serviceName, level: configuration.logLevel, output: output,
                records: pipeline?.logs)
        }
        InstrumentationSystem.bootstrap(RecordingTracer(records: pipeline?.spans))
        pipeline?.start()
        return Telemetry(pipeline: pipeline)
    }

    /// Sends everything that was recorded before the call, and returns when it has arrived or at the deadline.
    ///
    /// Returns whether all of it has arrived. What has not is kept and tried again.
    @discardableResult
    public func flush(deadline: ContinuousClock.Instant) async -> Bool {
        await pipeline?.flush(deadline: deadline) ?? true
    }

    /// Flushes and ends the sending thread. What is recorded afterwards is dropped and counted.
    @discardableResult
    public func shutdown(deadline: ContinuousClock.Instant = .now + .seconds(5)) async -> Bool {
        await pipeline?.shutdown(deadline: deadline) ?? true
    }

    /// Spans and log records that this process has lost: for want of room, or because the collector refused them.
    public var droppedRecords: Int {
        pipeline?.droppedRecords ?? 0
    }
}

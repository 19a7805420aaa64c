public import OTLP

/// Sends one encoded export request.
///
/// Called by one thread at a time; may block it until the deadline, never longer.
/// `ExporterConformance` in TelemetryTesting checks one.
public protocol Exporter: Sendable {
    /// `request` is the signal's `Export…ServiceRequest` in protobuf.
    func export(_ request: [UInt8], of signal: Signal, deadline: ContinuousClock.Instant) -> ExportOutcome
}

public enum ExportOutcome: Hashable, Sendable {
    /// The collector has it; `rejected` records it could not take.
    case delivered(rejected: Int)
    /// Another attempt can help, after the time that the collector asked for.
    case retry(after: Duration?, reason: String)
    /// No attempt can help: the request was refused.
    case refused(reason: String)
}

import CoreMetrics
import Logging
import Tracing

/// Whether somebody else has bootstrapped already: doing it again would end the process.
///
/// The packages do not say; what they hand out does. What cannot be told apart is the default log handler and the same
/// handler installed on purpose: whoever bootstraps swift-log with `StreamLogHandler.standardError` must not bootstrap
/// this too.
enum InstalledBackends {
    static var hasLogging: Bool {
        let handler = Logger(label: "telemetry").handler
        guard let stream = handler as? StreamLogHandler else { return true }
        return stream.metadataProvider != nil || !writesToStandardError(stream)
    }

    static var hasTracing: Bool { !(InstrumentationSystem.instrument is NoOpInstrument) }

    static var hasMetrics: Bool { !(MetricsSystem.factory is NOOPMetricsHandler) }

    /// Both streams are of one type that is not public; they are told apart by the file they describe themselves with.
    private static func writesToStandardError(_ handler: StreamLogHandler) -> Bool {
        String(describing: Mirror(reflecting: handler).descendant("stream") ?? "")
            == String(
                describing: Mirror(reflecting: StreamLogHandler.standardError(label: "")).descendant("stream") ?? "")
    }
}

import CoreMetrics
import Logging
import Tracing

/// Whether somebody else has bootstrapped already: doing it again would end the process.
///
/// The packages do not say; what they hand out does. One case cannot be told apart: swift-log bootstrapped on purpose with
/// its own default, `StreamLogHandler`. Whoever does that must not bootstrap this too: swift-log itself stops the process.
enum InstalledBackends {
    static var hasLogging: Bool {
        let handler = Logger(label: "telemetry").handler
        return !(handler is StreamLogHandler) || handler.metadataProvider != nil
    }

    static var hasTracing: Bool { !(InstrumentationSystem.instrument is NoOpInstrument) }

    static var hasMetrics: Bool { !(MetricsSystem.factory is NOOPMetricsHandler) }
}

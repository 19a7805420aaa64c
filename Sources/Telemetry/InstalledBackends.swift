import CoreMetrics
import Logging
import Tracing

/// Whether somebody else has bootstrapped already: doing it again would end the process.
///
/// The packages do not say; what they hand out does. One case looks the same from outside: swift-log bootstrapped with what
/// it does without, `StreamLogHandler.standardError`. Who does that leaves `.logging` out of `Configuration.backends`
/// (Documentation/Decisions/0036).
enum InstalledBackends {
    static func has(_ backend: Telemetry.Backend) -> Bool {
        switch backend {
        case .logging: hasLogging
        case .tracing: !(InstrumentationSystem.instrument is NoOpInstrument)
        case .metrics: !(MetricsSystem.factory is NOOPMetricsHandler)
        }
    }

    private static var hasLogging: Bool {
        let label = "telemetry"
        let handler = Logger(label: label).handler
        guard handler is StreamLogHandler, LoggingSystem.metadataProvider == nil else { return true }
        // swift-log's own handler writes to standard error; one that was chosen may write elsewhere, or from another level.
        let ordinary = [0, 1].map { _ in portrait(StreamLogHandler.standardError(label: label)) }
        return ordinary[0] == ordinary[1] && portrait(handler) != ordinary[0]
    }

    /// All parts of a value in words; a function by where it lies.
    private static func portrait(_ value: Any) -> String {
        let parts = Mirror(reflecting: value).children
        guard parts.isEmpty else { return parts.map { portrait($0.value) }.joined(separator: ",") }
        let words = String(describing: value)
        return words == "(Function)" ? bits(value) : words
    }

    private static func bits<Value>(_ value: Value) -> String {
        withUnsafeBytes(of: value) { $0.map { String($0, radix: 16) }.joined(separator: " ") }
    }
}

extension Telemetry.Backend {
    /// The package that it belongs to.
    var package: String {
        switch self {
        case .logging: "swift-log"
        case .tracing: "swift-distributed-tracing"
        case .metrics: "swift-metrics"
        }
    }
}

import CoreMetrics
import Glibc
import Logging
import Telemetry
import Tracing

/// Bootstraps after somebody else has, in the way that its argument names, and does its work all the same.
@main
struct BootstrapProbe {
    static func main() async {
        var configuration = Telemetry.Configuration.environment
        switch CommandLine.arguments.last {
        case "standard-output": LoggingSystem.bootstrap(StreamLogHandler.standardOutput)
        case "silence": LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
        case "provider":
            LoggingSystem.bootstrap(
                StreamLogHandler.standardError, metadataProvider: Logger.MetadataProvider { ["from": "provider"] })
        case "several":
            LoggingSystem.bootstrap { label in
                MultiplexLogHandler([StreamLogHandler.standardOutput(label: label), SwiftLogNoOpLogHandler()])
            }
        case "tracing": InstrumentationSystem.bootstrap(MultiplexInstrument([]))
        case "metrics": MetricsSystem.bootstrap(MultiplexMetricsHandler(factories: []))
        case "twice": Telemetry.bootstrap()
        case "left-out":
            // What swift-log does by itself, done on purpose: nobody can tell from outside.
            LoggingSystem.bootstrap(StreamLogHandler.standardError)
            configuration.backends.remove(.logging)
        case "joined":
            configuration.backends.remove(.logging)
            let telemetry = Telemetry.bootstrap(configuration)
            LoggingSystem.bootstrap { label in
                MultiplexLogHandler([telemetry.logHandler(label), StreamLogHandler.standardError(label: label)])
            }
        default: break
        }
        let telemetry = Telemetry.shared ?? Telemetry.bootstrap(configuration)
        if CommandLine.arguments.last == "twice" { Telemetry.bootstrap(configuration) }
        withSpan("work") { _ in Logger(label: "probe").info("worked") }
        Counter(label: "work").increment()
        telemetry.withSpan("work") { _ in telemetry.log("probe").info("worked through the handle") }
        await telemetry.shutdown(deadline: .now + .seconds(5))
    }
}

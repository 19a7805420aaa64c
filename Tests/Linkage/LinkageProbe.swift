import Logging
import Telemetry
import Tracing

/// A program that links `Telemetry` and nothing else: what it is linked with is what every function pays.
@main
struct LinkageProbe {
    static func main() async {
        let telemetry = Telemetry.bootstrap()
        withSpan("probe") { _ in Logger(label: "probe").info("linked") }
        await telemetry.shutdown(deadline: .now + .milliseconds(100))
    }
}

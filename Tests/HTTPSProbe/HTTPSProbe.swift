import Glibc
import Logging
import Telemetry
import TelemetryHTTPS
import Tracing

/// Sends a span, a log record and a metric to where its environment says, over TLS; says whether all of it has arrived.
@main
struct HTTPSProbe {
    static func main() async {
        let telemetry = Telemetry.bootstrap(.environment.overHTTPS())
        withSpan("secured") { _ in Logger(label: "probe").info("secured") }
        telemetry.counter("secured").add()
        let isDelivered = await telemetry.flush(deadline: .now + .seconds(5))
        exit(isDelivered ? 0 : 1)
    }
}

import Logging
import Telemetry
import Tracing

/// A log line with four metadata pairs inside a span, written to /dev/null and into the export buffer, beside swift-log's
/// own handler writing the same.
enum LogBenchmark {
    static func run(_ telemetry: Telemetry) async {
        let ours = Logger(label: "benchmark")
        let stream = Logger(label: "benchmark") { StreamLogHandler.standardOutput(label: $0) }
        let floor = await withSpan("lines") { _ in await nanoseconds(runs: 500) { Self.line(stream) } }
        let written = await withSpan("lines") { _ in
            await nanoseconds(runs: 500, between: { await telemetry.flush(deadline: .now + .seconds(5)) }) {
                Self.line(ours)
            }
        }
        let log = telemetry.log("benchmark")
        let typed = await withSpan("lines") { _ in
            await nanoseconds(runs: 500, between: { await telemetry.flush(deadline: .now + .seconds(5)) }) {
                Self.line(log)
            }
        }
        let disabled = await nanoseconds(runs: 100_000) { ours.debug("unheard", metadata: ["key": "value"]) }
        report("log line", written, "ns", floor: floor, "StreamLogHandler")
        report("typed log line", typed, "ns", floor: floor, "StreamLogHandler")
        report("log line below the level", disabled, "ns", floor: floor, "StreamLogHandler")
    }

    private static func line(_ log: Log) {
        log.info("lesson completed") { fields in
            fields.set("lesson.id", "7")
            fields.set("learner", "anonymous")
            fields.set("attempt", 3)
            fields.set("region", "eu-west-1")
        }
    }

    private static func line(_ logger: Logger) {
        logger.info(
            "lesson completed",
            metadata: [
                "lesson.id": "7", "learner": "anonymous", "attempt": .stringConvertible(3), "region": "eu-west-1",
            ])
    }
}

import Logging
import Telemetry
import Tracing

/// What the end of an invocation waits for: 20 spans and 50 log records to a collector on loopback.
enum FlushBenchmark {
    static func run(_ telemetry: Telemetry) async {
        let logger = Logger(label: "benchmark")
        var times: [Duration] = []
        for _ in 0..<500 {
            for _ in 0..<20 { withSpan("work") { $0.attributes["lesson.id"] = "7" } }
            for _ in 0..<50 { logger.info("lesson completed", metadata: ["lesson.id": "7"]) }
            let start = ContinuousClock.now
            await telemetry.flush(deadline: start + .seconds(5))
            times.append(ContinuousClock.now - start)
        }
        times.sort()
        say("flush, p50                        \(times[times.count / 2])")
        say("flush, p99                        \(times[times.count * 99 / 100])")
    }
}

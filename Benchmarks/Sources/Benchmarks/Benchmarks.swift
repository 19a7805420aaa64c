import Glibc
import Telemetry

/// Prints the figures of the hot paths, each beside a floor measured in the same run.
@main
struct Benchmarks {
    static func main() async {
        // Log lines are measured into /dev/null: the terminal's speed is not ours.
        dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO)
        let sink = Sink()
        sink.start()
        var configuration = Telemetry.Configuration(
            serviceName: "benchmark", endpoint: Telemetry.Endpoint(host: "127.0.0.1", port: sink.port))
        configuration.traces.interval = .seconds(3600)
        configuration.logs.interval = .seconds(3600)
        configuration.metrics.interval = .seconds(3600)
        configuration.usesDeltaMetrics = true
        let telemetry = Telemetry.bootstrap(configuration)
        await DecodeBenchmark.run()
        await LogBenchmark.run(telemetry)
        await SpanBenchmark.run(telemetry)
        await MetricBenchmark.run(telemetry)
        await FlushBenchmark.run(telemetry)
    }
}

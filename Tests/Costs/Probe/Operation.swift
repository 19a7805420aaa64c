import CoreMetrics
import Logging
import Telemetry
import Tracing

/// What can be measured, each as a function's code would do it.
enum Operation: String, CaseIterable {
    case nothing
    case streamLine = "stream-line"
    case line
    case lineOnly = "line-only"
    case typedLine = "typed-line"
    case typedLineOnly = "typed-line-only"
    case disabledLine = "disabled-line"
    case noOpSpan = "no-op-span"
    /// Without attributes.
    case bareNoOpSpan = "bare-no-op-span"
    case bareUnsampledSpan = "bare-unsampled-span"
    case span
    case typedSpan = "typed-span"
    case unsampledSpan = "unsampled-span"
    case typedUnsampledSpan = "typed-unsampled-span"
    /// A span that goes to a collector which never answers.
    case spanToNobody = "span-to-nobody"
    case counter
    case typedCounter = "typed-counter"
    case histogram
    case typedHistogram = "typed-histogram"

    var configuration: Telemetry.Configuration {
        var configuration = Telemetry.Configuration(serviceName: "probe", endpoint: nil)
        for signal in [\Telemetry.Configuration.traces, \.logs] {
            // Nothing is sent while it is measured: what it costs to record is the question.
            configuration[keyPath: signal].destination = .file("/dev/null")
            configuration[keyPath: signal].interval = .seconds(3600)
            configuration[keyPath: signal].waitingRecordsMax = 1_000_000
            configuration[keyPath: signal].batchRecordsMax = 1_000_000
        }
        switch self {
        case .lineOnly, .typedLineOnly: configuration.logs.destination = .nowhere
        case .unsampledSpan, .bareUnsampledSpan, .typedUnsampledSpan: configuration.sampler = ConstantSampler.alwaysOff
        case .spanToNobody:
            // An address of the documentation's network: packets go out and nothing comes back.
            let nobody = Telemetry.Endpoint(host: "192.0.2.1", port: 4318)
            return Telemetry.Configuration(serviceName: "probe", endpoint: nobody)
        default: break
        }
        return configuration
    }

    func prepare(_ telemetry: Telemetry) -> @Sendable () -> Void {
        let logger = Logger(label: "lessons")
        let log = telemetry.log("lessons")
        switch self {
        case .nothing: return {}
        case .streamLine:
            let stream = Logger(label: "lessons") { StreamLogHandler.standardOutput(label: $0) }
            return { Self.write(stream) }
        case .line, .lineOnly: return { Self.write(logger) }
        case .typedLine, .typedLineOnly:
            return {
                log.info("lesson completed") { fields in
                    fields.set("lesson.id", "7")
                    fields.set("learner", "anonymous")
                    fields.set("attempt", 3)
                    fields.set("region", "eu-west-1")
                }
            }
        case .disabledLine: return { logger.debug("unheard", metadata: ["key": "value"]) }
        case .noOpSpan:
            let tracer: any Tracer = NoOpTracer()
            return { Self.span(tracer) }
        case .bareNoOpSpan:
            let tracer: any Tracer = NoOpTracer()
            return { tracer.withSpan("GET /lessons/{lesson}", ofKind: .server) { _ in } }
        case .bareUnsampledSpan:
            let tracer = InstrumentationSystem.tracer
            return { tracer.withSpan("GET /lessons/{lesson}", ofKind: .server) { _ in } }
        case .span, .unsampledSpan:
            let tracer = InstrumentationSystem.tracer
            return { Self.span(tracer) }
        case .typedSpan, .typedUnsampledSpan, .spanToNobody:
            return {
                telemetry.withSpan("GET /lessons/{lesson}", ofKind: .server) { span in
                    span.set("http.request.method", "GET")
                    span.set("http.route", "/lessons/{lesson}")
                    span.set("http.response.status_code", 200)
                    span.set("lesson.id", "7")
                    span.set("faas.coldstart", false)
                }
            }
        case .counter:
            let counter = Counter(label: "requests", dimensions: [("route", "/lessons")])
            return { counter.increment() }
        case .typedCounter:
            let counter = telemetry.counter("requests").with([])
            return { counter.add() }
        case .histogram:
            let recorder = Recorder(label: "sizes", dimensions: [("route", "/lessons")])
            return { recorder.record(42) }
        case .typedHistogram:
            let histogram = telemetry.histogram("sizes")
            return { histogram.record(42) }
        }
    }

    @inline(never)
    private static func write(_ logger: Logger) {
        logger.info(
            "lesson completed",
            metadata: [
                "lesson.id": "7", "learner": "anonymous", "attempt": .stringConvertible(3), "region": "eu-west-1",
            ])
    }

    @inline(never)
    private static func span(_ tracer: any Tracer) {
        tracer.withSpan("GET /lessons/{lesson}", ofKind: .server) { span in
            span.attributes["http.request.method"] = "GET"
            span.attributes["http.route"] = "/lessons/{lesson}"
            span.attributes["http.response.status_code"] = 200
            span.attributes["lesson.id"] = "7"
            span.attributes["faas.coldstart"] = false
        }
    }
}

import OTLP

/// `faas.…`: what every function measures of its invocations without being told to.
///
/// Source: OpenTelemetry semantic conventions, FaaS metrics (SemanticConventions.version).
struct FunctionMetrics: Sendable {
    private let invocations: Telemetry.Counter
    private let errors: Telemetry.Counter
    private let timeouts: Telemetry.Counter
    private let coldStarts: Telemetry.Counter
    private let invokeDuration: Telemetry.Histogram
    private let initDuration: Telemetry.Histogram
    private let memoryUsage: Telemetry.Histogram

    init(_ registry: MetricRegistry) {
        invocations = registry.counter(
            "faas.invocations", unit: "{invocation}", description: "Number of successful invocations.")
        errors = registry.counter("faas.errors", unit: "{error}", description: "Number of invocation errors.")
        timeouts = registry.counter("faas.timeouts", unit: "{timeout}", description: "Number of invocation timeouts.")
        coldStarts = registry.counter(
            "faas.coldstarts", unit: "{coldstart}", description: "Number of invocation cold starts.")
        invokeDuration = registry.histogram(
            "faas.invoke_duration", unit: "s",
            description: "Measures the duration of the function's logic execution.", buckets: .seconds)
        initDuration = registry.histogram(
            "faas.init_duration", unit: "s",
            description: "Measures the duration of the function's initialization, such as a cold start.",
            buckets: .seconds)
        memoryUsage = registry.histogram(
            "faas.mem_usage", unit: "By", description: "Distribution of max memory usage per invocation.",
            buckets: .explicit((24...34).map { Double(1 << $0) }))
    }

    func record(_ end: InvocationEnd) {
        let attributes = [Attribute(SemanticConventions.trigger, .string(end.trigger.rawValue))]
        switch end.outcome {
        case .succeeded: invocations.with(attributes).add()
        case .failed: errors.with(attributes).add()
        case .timedOut: timeouts.with(attributes).add()
        }
        if end.isColdStart { coldStarts.with(attributes).add() }
        invokeDuration.with(attributes).record(end.duration.seconds)
        if let duration = end.initDuration { initDuration.with(attributes).record(duration.seconds) }
        memoryUsage.with(attributes).record(Double(end.memoryBytes))
    }
}

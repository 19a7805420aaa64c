import OTLP
import Synchronization
import Tracing

/// What the invocations of a process have in common: where they run, and how their ends are counted and sent.
package final class InvocationEnvironment: Sendable {
    package let platform: any FunctionPlatform
    let functionName: String
    let watchdog: Watchdog
    let tracer: RecordingTracer
    private let debugRequestRatio: Double
    private let processor: BatchProcessor
    private let metrics: FunctionMetrics
    private let hasBegun = Atomic(false)
    private let readyAfter: Mutex<Duration?>

    package init(
        _ configuration: Telemetry.Configuration, _ tracer: RecordingTracer, _ processor: BatchProcessor,
        watchdog: Watchdog = .shared
    ) {
        let platform = configuration.platform ?? LocalProcess()
        self.platform = platform
        functionName = platform.functionName ?? configuration.serviceName
        debugRequestRatio = configuration.debugRequestRatio
        self.tracer = tracer
        self.processor = processor
        self.watchdog = watchdog
        metrics = FunctionMetrics(processor.metrics)
        readyAfter = Mutex(ProcessAge.now())
    }

    // MARK: Beginning

    /// Says that the process is ready for its first event; until somebody does, it was when telemetry was set up.
    func isReady() {
        guard !hasBegun.load(ordering: .relaxed), let age = ProcessAge.now() else { return }
        readyAfter.withLock { $0 = age }
    }

    /// From the start of the process until it was ready.
    var initDuration: Duration? { readyAfter.withLock { $0 } }

    /// Whether the invocation that calls has waited for the process to start: the first one, if any.
    func beginsFirst() -> Bool {
        !hasBegun.exchange(true, ordering: .relaxed) && platform.startsOnDemand
    }

    func makeScope(isColdStart: Bool) -> RequestScope {
        let writesDebugLines = debugRequestRatio > 0 && Double.random(in: 0..<1) < debugRequestRatio
        return RequestScope(isColdStart: isColdStart, writesDebugLines: writesDebugLines)
    }

    func startSpan(
        _ name: String, _ kind: SpanKind, _ context: InstrumentationContext, _ scope: RequestScope?
    ) -> TracedSpan {
        tracer.start(name, ofKind: kind, in: context, scope: scope, at: Clock.unixNanoseconds)
    }

    // MARK: Ending

    func record(_ ended: InvocationEnd) { metrics.record(ended) }

    func flush(_ deadline: ContinuousClock.Instant) async {
        _ = await processor.flush(deadline: deadline)
    }

    /// Sends everything without anybody waiting for it: for the watchdog, whose invocation may never give way.
    func requestFlush(_ deadline: ContinuousClock.Instant) {
        processor.requestFlush(deadline: deadline)
    }
}

/// How an invocation came out.
struct InvocationEnd: Sendable {
    enum Outcome: Hashable, Sendable {
        case succeeded
        case failed
        case timedOut
    }

    var outcome: Outcome
    var trigger: Trigger.Kind
    var duration: Duration
    var memoryBytes: Int
    /// Of a cold start only.
    var initDuration: Duration?
    var isColdStart: Bool
}

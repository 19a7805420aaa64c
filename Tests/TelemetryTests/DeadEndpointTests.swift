import Logging
import OTLP
import Synchronization
import Telemetry
import Testing
import Tracing

/// A clock that moves when it is told to, and an exporter that takes its time by it.
private final class SimulatedEndpoint: Exporter {
    let now: Mutex<ContinuousClock.Instant>
    private let state = Mutex((isUp: false, attempts: 0))
    private let takes: Duration

    init(takes: Duration) {
        now = Mutex(.now)
        self.takes = takes
    }

    var attempts: Int { state.withLock { $0.attempts } }
    func comeUp() { state.withLock { $0.isUp = true } }
    func pass(_ duration: Duration) { now.withLock { $0 += duration } }

    func export(_ request: [UInt8], of signal: Signal, deadline: ContinuousClock.Instant) -> ExportOutcome {
        let isUp = state.withLock { state in
            state.attempts += 1
            return state.isUp
        }
        if isUp { return .delivered(rejected: 0) }
        pass(takes)
        return .retry(after: nil, reason: "no answer in time")
    }
}

@Suite struct DeadEndpointTests {
    @Test func anHourWithoutACollectorCostsBoundedMemoryAndFewAttemptsAndIsOverWhenItComes() throws {
        let endpoint = SimulatedEndpoint(takes: .seconds(10))
        var configuration = Telemetry.Configuration(serviceName: "tested")
        configuration.usesDeltaMetrics = true
        let processor = BatchProcessor(configuration, ExporterChoice(endpoint)) { endpoint.now.withLock { $0 } }
        var worker = processor.makeWorker()
        let tracer = RecordingTracer(records: processor.spans)
        let log = Log(
            "tested", level: .info, writer: LogWriter(service: "tested", output: nil, records: processor.logs))
        let start = endpoint.now.withLock { $0 }
        var largest = 0
        while endpoint.now.withLock({ $0 }) - start < .seconds(3600) {
            for index in 0..<100 {
                tracer.withFields("span", ofKind: .internal, in: .topLevel) { $0.set("index", index) }
                log.info("line") { $0.set("index", index) }
            }
            _ = worker.run(.due)
            _ = worker.run(.probe)
            largest = max(largest, processor.spans.heldBytes + processor.logs.heldBytes + worker.heldBytes)
            endpoint.pass(.seconds(1))
        }
        #expect(largest <= 2 << 20)
        // A pause of 30 seconds and an attempt of 10, again and again.
        #expect(endpoint.attempts <= 3600 / 30)
        #expect(processor.droppedRecords > 0)

        endpoint.comeUp()
        endpoint.pass(.seconds(60))
        let dropped = processor.droppedRecords
        let (isProbed, isDelivered) = (worker.run(.probe), worker.run(.due))
        #expect(isProbed && isDelivered)
        #expect(processor.droppedRecords == dropped)
        #expect(processor.spans.heldBytes + processor.logs.heldBytes + worker.heldBytes <= 128 << 10)
    }

    @Test func anExportThatWakesLongAfterItsDeadlineIsTriedAgainAtOnce() throws {
        let endpoint = SimulatedEndpoint(takes: .seconds(600))
        let processor = BatchProcessor(
            Telemetry.Configuration(serviceName: "tested"), ExporterChoice(endpoint)
        ) { endpoint.now.withLock { $0 } }
        var worker = processor.makeWorker()
        RecordingTracer(records: processor.spans).withSpan("span", context: .topLevel) { _ in }
        _ = worker.run(.flush(endpoint.now.withLock { $0 } + .milliseconds(200)))
        #expect(endpoint.attempts == 2)
    }

    @Test func pausesDoubleUpToALimitAndARetryAfterIsHeard() {
        var schedule = RetrySchedule()
        var now = ContinuousClock.now
        var pauses: [Duration] = []
        for _ in 0..<8 {
            schedule.fail(at: now, retryAfter: nil, jitter: 0.5)
            pauses.append((schedule.nextAttempt ?? now) - now)
            now = schedule.nextAttempt ?? now
        }
        #expect(pauses == [1, 2, 4, 8, 16, 30, 30, 30].map { .seconds($0) })
        schedule.fail(at: now, retryAfter: .seconds(7), jitter: 0)
        #expect(schedule.nextAttempt == now + .seconds(7))
        #expect(!schedule.allowsAttempt(at: now + .seconds(6)))
        schedule.fail(at: now, retryAfter: .seconds(1 << 40), jitter: 0)
        #expect(schedule.nextAttempt == now + .seconds(300))
        schedule.succeed()
        #expect(!schedule.isFailing)
    }

    @Test(
        arguments: [
            ("120", 120), ("0", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 37), ("Sun, 06 Nov 1994 08:48:00 GMT", 0),
            ("-1", nil), ("soon", nil), ("Sun, 06 Nov 1994 25:49:37 GMT", nil), ("", nil),
        ] as [(String, Int?)])
    func aRetryAfterIsSecondsOrADate(text: String, seconds: Int?) {
        #expect(RetryAfter.parse(text, nowUnixSeconds: 784_111_740) == seconds.map { .seconds($0) })
    }
}

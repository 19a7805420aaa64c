import Synchronization
import Telemetry
import Testing

@Suite struct InvocationBudgetTests {
    private let now = ContinuousClock.now

    @Test(
        arguments: [
            (.seconds(60), .milliseconds(200)), (.milliseconds(250), .milliseconds(200)),
            (.milliseconds(249), .milliseconds(199)), (.milliseconds(100), .milliseconds(50)),
            (.milliseconds(50), .zero), (.zero, .zero), (.seconds(-5), .zero), (nil, .milliseconds(200)),
        ] as [(Duration?, Duration)])
    func aFlushTakesAtMost200MillisecondsAndLeavesTheReserve(remaining: Duration?, flush: Duration) {
        #expect(InvocationBudget.flushes(until: remaining.map { now + $0 }, from: now) == now + flush)
    }

    @Test(
        arguments: [
            (.seconds(60), .milliseconds(100)), (.milliseconds(400), .milliseconds(100)),
            (.milliseconds(200), .milliseconds(50)), (.zero, .zero), (.seconds(-1), .zero),
        ] as [(Duration, Duration)])
    func theWatchdogComesShortlyBeforeTheDeadline(remaining: Duration, lead: Duration) {
        #expect(InvocationBudget.givesUp(at: now + remaining, begun: now) == now + remaining - lead)
    }

    @Test func theWatchdogCallsInTheOrderOfTheDeadlinesAndOnlyThoseThatStand() async {
        let watchdog = Watchdog()
        let called = Mutex<[Int]>([])
        await withCheckedContinuation { continuation in
            // The last one ends the test; deadlines lie in the past, so that nothing waits.
            let cancelled = watchdog.watch(until: .now + .seconds(3600)) { called.withLock { $0.append(0) } }
            watchdog.cancel(cancelled)
            _ = watchdog.watch(until: .now + .milliseconds(20)) {
                called.withLock { $0.append(2) }
                continuation.resume()
            }
            _ = watchdog.watch(until: .now - .seconds(1)) { called.withLock { $0.append(1) } }
        }
        #expect(called.withLock { $0 } == [1, 2])
    }
}

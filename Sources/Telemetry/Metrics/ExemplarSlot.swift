import OTLP
import Synchronization
import Tracing

/// The measurement of a series that says which trace it came from: the first of a recorded span in each interval.
///
/// Cost: one relaxed load a measurement; the context is looked up a few times an interval, not each time.
final class ExemplarSlot: Sendable {
    private let triesLeft = Atomic<Int>(Limits.exemplarTries)
    private let exemplar = Mutex<Exemplar?>(nil)

    @inline(__always)
    func offer(_ value: @autoclosure () -> NumberValue) {
        if triesLeft.load(ordering: .relaxed) > 0 { take(value()) }
    }

    @inline(never)
    private func take(_ value: NumberValue) {
        triesLeft.subtract(1, ordering: .relaxed)
        guard let found = Exemplar(current: value) else { return }
        triesLeft.store(0, ordering: .relaxed)
        exemplar.withLock { $0 = found }
    }

    /// The exemplar of the interval that ends here; the next one begins.
    func collect() -> [Exemplar] {
        triesLeft.store(Limits.exemplarTries, ordering: .relaxed)
        return exemplar.withLock { exemplar in
            defer { exemplar = nil }
            return exemplar.map { [$0] } ?? []
        }
    }
}

extension Exemplar {
    /// A measurement made now, in a span that is recorded; `nil` outside of one.
    init?(current value: NumberValue) {
        guard let span = InstrumentationContext.current?.spanReference?.spanContext, span.isSampled else { return nil }
        self.init()
        timeUnixNano = Clock.unixNanoseconds
        self.value = value
        traceID = span.traceID
        spanID = span.spanID
    }
}

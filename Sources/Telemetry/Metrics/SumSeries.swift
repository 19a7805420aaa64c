import OTLP
import Synchronization

/// A sum of whole numbers. It wraps around at 2⁶³ rather than trap.
final class IntegerSumSeries: MetricSeries {
    private let sum = Atomic<Int64>(0)
    private let exemplar = ExemplarSlot()
    /// An up-down counter is a level: it is reported whole also where others report changes.
    private let isMonotonic: Bool

    init(isMonotonic: Bool) { self.isMonotonic = isMonotonic }

    @inline(__always)
    func add(_ amount: Int64) {
        sum.wrappingAdd(amount, ordering: .relaxed)
        exemplar.offer(.int(amount))
    }

    func reset() { sum.store(0, ordering: .relaxed) }

    func collect(into points: inout MetricPoints, _ frame: PointFrame) {
        let isDelta = frame.isDelta && isMonotonic
        let value = isDelta ? sum.exchange(0, ordering: .relaxed) : sum.load(ordering: .relaxed)
        if isDelta, value == 0 { return }
        points.numbers.append(NumberDataPoint(frame, .int(value), exemplar.collect()))
    }
}

/// A sum of numbers with fractions. What is not finite is not added.
final class DoubleSumSeries: MetricSeries {
    private let bits = Atomic<UInt64>(0)
    private let exemplar = ExemplarSlot()
    private let isMonotonic: Bool

    init(isMonotonic: Bool) { self.isMonotonic = isMonotonic }

    func add(_ amount: Double) {
        guard amount.isFinite else { return }
        change { $0 + amount }
        exemplar.offer(.double(amount))
    }

    func set(_ value: Double) {
        guard value.isFinite else { return }
        bits.store(value.bitPattern, ordering: .relaxed)
        exemplar.offer(.double(value))
    }

    func reset() { bits.store(0, ordering: .relaxed) }

    private func change(_ body: (Double) -> Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = body(Double(bitPattern: old)).bitPattern
            let (exchanged, found) = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = found
        }
    }

    func collect(into points: inout MetricPoints, _ frame: PointFrame) {
        let isDelta = frame.isDelta && isMonotonic
        let value = Double(
            bitPattern: isDelta ? bits.exchange(0, ordering: .relaxed) : bits.load(ordering: .relaxed))
        if isDelta, value == 0 { return }
        points.numbers.append(NumberDataPoint(frame, .double(value), exemplar.collect()))
    }
}

extension NumberDataPoint {
    init(_ frame: PointFrame, _ value: NumberValue, _ exemplars: [Exemplar]) {
        self.init()
        attributes = frame.attributes
        startTimeUnixNano = frame.startTimeUnixNano
        timeUnixNano = frame.timeUnixNano
        self.value = value
        self.exemplars = exemplars
    }
}

import OTLP
import Synchronization

/// The last value. Until the first one there is no point.
final class GaugeSeries: MetricSeries {
    private let last = Mutex<NumberValue?>(nil)
    private let exemplar = ExemplarSlot()

    func set(_ value: NumberValue) {
        last.withLock { $0 = value }
        exemplar.offer(value)
    }

    /// Changes the last value as if it were a level; what is not finite changes nothing.
    func add(_ amount: Double) {
        guard amount.isFinite else { return }
        last.withLock { last in
            switch last {
            case nil: last = .double(amount)
            case .int(let value): last = .double(Double(value) + amount)
            case .double(let value): last = .double(value + amount)
            }
        }
    }

    func collect(into points: inout MetricPoints, _ frame: PointFrame) {
        guard let value = last.withLock({ $0 }) else { return }
        var point = NumberDataPoint(frame, value, exemplar.collect())
        point.startTimeUnixNano = 0
        points.numbers.append(point)
    }
}

import TelemetryStore

/// How long things took, in little memory.
///
/// Bounds: quantiles are off by less than 0.8 %, as `QuantileSketch` says; so is the mean of one that came from a store.
struct DurationSketch: Sendable {
    private var sketch = QuantileSketch()
    private(set) var sumNanoseconds: Double = 0

    init() {}

    init(_ sketch: QuantileSketch) {
        self.sketch = sketch
        for (bucket, count) in sketch.counts.enumerated() where count > 0 {
            sumNanoseconds += Double(QuantileSketch.value(ofBucket: bucket)) * Double(count)
        }
    }

    var count: Int { sketch.count }

    mutating func add(_ nanoseconds: UInt64) {
        sketch.insert(nanoseconds)
        sumNanoseconds += Double(nanoseconds)
    }

    mutating func merge(_ other: DurationSketch) {
        sketch.merge(other.sketch)
        sumNanoseconds += other.sumNanoseconds
    }

    /// Nanoseconds that a share of all durations does not exceed; `nil` when there are none.
    func quantile(_ share: Double) -> Double? { sketch.quantile(share).map { Double($0) } }

    var meanSeconds: Double? { count > 0 ? sumNanoseconds / Double(count) / 1e9 : nil }
}

import RandomTelemetry
import TelemetryStore
import Testing

@Suite struct QuantileSketchTests {
    @Test(arguments: UInt64(0)..<8)
    func aQuantileIsOffByLessThanItsBoundAndHalvesAddUp(seed: UInt64) throws {
        var generator = SplitMix64(state: seed)
        let shift = seed * 8
        let values = (0..<4_000).map { _ in generator.next() >> (shift + generator.next() % 8) }
        var whole = QuantileSketch()
        var halves = [QuantileSketch(), QuantileSketch()]
        for (place, value) in values.enumerated() {
            whole.insert(value)
            halves[place % 2].insert(value)
        }
        halves[0].merge(halves[1])
        #expect(halves[0] == whole)
        #expect(whole.count == values.count)
        let sorted = values.sorted()
        for share in stride(from: 0.0, through: 1, by: 0.01) {
            let exact = sorted[Int((Double(sorted.count - 1) * share).rounded())]
            let found = try #require(whole.quantile(share))
            let error = Double(max(found, exact) - min(found, exact))
            #expect(error <= Double(exact) * 0.008, "\(share): \(found) instead of \(exact)")
        }
    }

    @Test func everyValueLiesInItsBucketUpToTheLargest() {
        for bits in UInt64(0)..<64 {
            for value in [UInt64(1) << bits, (UInt64(1) << bits) &- 1, (UInt64(1) << bits) | 1, UInt64.max >> bits] {
                let middle = QuantileSketch.value(ofBucket: QuantileSketch.bucket(of: value))
                #expect(Double(max(middle, value) - min(middle, value)) <= Double(value) * 0.008, "\(value)")
            }
        }
        #expect(QuantileSketch.bucket(of: .max) < 3_776)
    }

    @Test func anEmptySketchHasNoQuantile() {
        #expect(QuantileSketch().quantile(0.5) == nil)
    }
}

import OTLP
import Telemetry
import Testing

@Suite struct SpanIDTests {
    @Test func aSpanIDGivesBackItsProcessAndItsCounter() {
        let ids = IDGenerator()
        let trace = ids.traceID()
        let first = SpanIDPermutation.position(of: ids.spanID(in: trace), in: trace)
        for step in 1...1_000 {
            let position = SpanIDPermutation.position(of: ids.spanID(in: trace), in: trace)
            #expect(position == first + UInt64(step))
        }
        #expect(first >> 32 != 0)
    }

    @Test func noTwoIDsOfAProcessAreAlike() {
        let ids = IDGenerator()
        var traces: Set<TraceID> = []
        var spans: Set<SpanID> = []
        for _ in 0..<10_000 {
            let trace = ids.traceID()
            traces.insert(trace)
            for _ in 0..<3 { spans.insert(ids.spanID(in: trace)) }
        }
        #expect(traces.count == 10_000)
        #expect(spans.count == 30_000)
        #expect(!spans.contains(.zero))
    }

    @Test func aCopyOfAProcessDrawsAnew() {
        let ids = IDGenerator()
        let trace = ids.traceID()
        let before = SpanIDPermutation.position(of: ids.spanID(in: trace), in: trace) >> 32
        ids.reseed()
        let after = SpanIDPermutation.position(of: ids.spanID(in: trace), in: trace) >> 32
        #expect(before != after)
    }
}

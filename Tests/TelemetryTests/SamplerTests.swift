import OTLP
import Synchronization
import Telemetry
import Testing
import Tracing

@Suite struct SamplerTests {
    private func parameters(low: UInt64 = 1, parent: SpanContext? = nil) -> SamplingParameters {
        SamplingParameters(traceID: TraceID(high: 7, low: low), parent: parent, name: "work")
    }

    private func parent(isSampled: Bool, isRemote: Bool) -> SpanContext {
        SpanContext(
            traceID: TraceID(high: 7, low: 1), spanID: SpanID(1), flags: isSampled ? 1 : 0, isRemote: isRemote)
    }

    @Test func aRatioDecidesByTheLast56BitsOfTheTraceID() {
        let half = TraceIDRatioSampler(ratio: 0.5)
        #expect(half.decide(parameters(low: 0xFF80_0000_0000_0000)).isSampled)
        #expect(half.decide(parameters(low: 0x0080_0000_0000_0000)).isSampled)
        #expect(!half.decide(parameters(low: 0xFF7F_FFFF_FFFF_FFFF)).isSampled)
    }

    @Test(arguments: [(0.5, "ot=th:8"), (0.25, "ot=th:c"), (1, "ot=th:0"), (0.01, "ot=th:fd70a3d70a3d7")])
    func aRatioSaysItsThresholdToThoseWhoCount(ratio: Double, traceState: String) {
        #expect(TraceIDRatioSampler(ratio: ratio).decide(parameters(low: .max)).traceState == traceState)
    }

    @Test(arguments: [-1, 0, .nan] as [Double])
    func aRatioOfNothingRecordsNothing(ratio: Double) {
        #expect(!TraceIDRatioSampler(ratio: ratio).decide(parameters(low: .max)).isSampled)
    }

    @Test(arguments: [true, false], [true, false])
    func aParentDecidesForItsChildren(isSampled: Bool, isRemote: Bool) {
        let sampler = ParentBasedSampler(root: ConstantSampler.alwaysOff)
        let parent = parent(isSampled: isSampled, isRemote: isRemote)
        #expect(sampler.decide(parameters(parent: parent)).isSampled == isSampled)
        #expect(!sampler.decide(parameters()).isSampled)
    }

    @Test func aReplacedAnswerToAParentIsHeard() {
        let sampler = ParentBasedSampler(
            root: ConstantSampler.alwaysOff, remoteNotSampled: ConstantSampler.alwaysOn)
        #expect(sampler.decide(parameters(parent: parent(isSampled: false, isRemote: true))).isSampled)
        #expect(!sampler.decide(parameters(parent: parent(isSampled: false, isRemote: false))).isSampled)
    }

    @Test func aRateLetsSoManyThroughEachSecond() {
        let start = ContinuousClock.now
        let clock = Mutex(start)
        let sampler = RateLimitedSampler(spansPerSecond: 10) { clock.withLock { $0 } }
        func sampled(_ count: Int) -> Int { (0..<count).count { _ in sampler.decide(parameters()).isSampled } }
        #expect(sampled(100) == 10)
        #expect(sampled(100) == 0)
        clock.withLock { $0 = start + .milliseconds(300) }
        #expect(sampled(100) == 3)
        clock.withLock { $0 = start + .seconds(3600) }
        #expect(sampled(100) == 10)
        // A clock that goes back takes nothing and gives nothing.
        clock.withLock { $0 = start }
        #expect(sampled(100) == 0)
    }

    @Test func aSpanThatIsNotRecordedStaysCurrentForThoseBelow() {
        let tracer = RecordingTracer(
            records: RecordQueue(signal: .traces), sampler: ParentBasedSampler(root: ConstantSampler.alwaysOff))
        let root = tracer.startSpan("root", context: .topLevel)
        let child = tracer.startSpan("child", context: root.context)
        #expect(!root.isRecording && !child.isRecording)
        #expect(root.spanContext?.spanID.isZero == false)
        #expect(child.spanContext == root.spanContext)
        #expect(child.spanContext?.isSampled == false)
    }
}

import OTLP
package import Tracing

/// Makes spans, asks the sampler which of them are recorded, and hands those to the queue that waits for export.
package final class RecordingTracer: Tracer {
    let records: RecordQueue?
    let limits: SpanLimits
    let policy: ValuePolicy
    private let sampler: any Sampler
    /// The sampler would only say what the parent says.
    private let followsParents: Bool
    /// It would not want a span whose parent is not recorded.
    private let leavesUnsampled: Bool
    private let ids: IDGenerator
    package let propagator: CompositePropagator

    /// Without `records` nothing is recorded, and everything else is as if it were.
    package init(
        records: RecordQueue?, sampler: any Sampler = ParentBasedSampler(root: ConstantSampler.alwaysOn),
        limits: SpanLimits = SpanLimits(), policy: ValuePolicy = ValuePolicy(), ids: IDGenerator = .shared,
        propagators: [String] = Telemetry.Configuration.standardPropagators
    ) {
        self.records = records
        self.sampler = sampler
        followsParents = (sampler as? ParentBasedSampler)?.followsParents ?? false
        leavesUnsampled = followsParents || (sampler as? ConstantSampler)?.decision.isSampled == false
        self.limits = limits
        self.policy = policy
        self.ids = ids
        propagator = CompositePropagator(named: propagators)
    }

    package func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> TracedSpan {
        start(operationName, ofKind: kind, in: context(), at: instant().nanosecondsSinceEpoch)
    }

    /// Begins a span. `scope` is given by whoever begins to serve a request; spans below inherit it.
    @inline(__always)
    package func start(
        _ name: String, ofKind kind: SpanKind, in context: InstrumentationContext, scope: RequestScope? = nil,
        at startTimeUnixNano: @autoclosure () -> UInt64
    ) -> TracedSpan {
        let reference = context.spanReference
        if scope == nil, let reference, leavesCurrent(reference) { return TracedSpan(context: context, recording: nil) }
        let beginning = begin(name, ofKind: kind, in: context, below: reference, scope: scope)
        if beginning.isCurrent { return TracedSpan(context: context, recording: nil) }
        guard beginning.isRecorded else {
            return TracedSpan(context: context.inside(SpanReference(beginning)), recording: nil)
        }
        let recording = SpanRecording(
            self, name: name, kind: kind, beginning: beginning, startTimeUnixNano: startTimeUnixNano())
        return TracedSpan(context: context.inside(recording, below: reference), recording: recording)
    }

    /// What is known of a span before anything is recorded of it.
    package struct Beginning: ~Copyable {
        var spanContext: SpanContext
        var parentSpanID = SpanID.zero
        var isParentRemote = false
        var requestID: String?
        /// Those of the parent, who is held meanwhile, or new ones.
        var inheritedCounts: Unmanaged<BegunCounts>?
        var newCounts: BegunCounts?
        var isRecorded: Bool
        /// The context has a span already that says all that there is to say.
        var isCurrent: Bool
    }

    /// Below a span of this process that is not recorded nothing new can be told apart: it stays the current one.
    @inline(__always)
    func leavesCurrent(_ reference: SpanReference) -> Bool {
        leavesUnsampled && !reference.spanContext.isSampled && !reference.spanContext.isRemote
    }

    @inline(__always)
    func begin(
        _ name: String, ofKind kind: SpanKind, in context: InstrumentationContext, below reference: SpanReference?,
        scope: RequestScope? = nil
    ) -> Beginning {
        // What is needed of the parent is read where it lies.
        let seed = reference == nil && !context.isEmpty ? context.traceSeed : nil
        let trace = reference?.spanContext.traceID ?? seed?.traceID ?? ids.traceID()
        let decision =
            if followsParents, let reference {
                SamplingDecision(isSampled: reference.spanContext.isSampled)
            } else {
                seed?.decision
                    ?? sampler.decide(
                        SamplingParameters(traceID: trace, parent: reference?.spanContext, name: name, kind: kind))
            }
        if !decision.isSampled, scope == nil, let reference, !reference.spanContext.isRemote,
            !reference.spanContext.isSampled
        {
            return Beginning(spanContext: reference.spanContext, isRecorded: false, isCurrent: true)
        }
        // Whether a trace id of somebody else's making is random, its maker would have to say.
        let flags = reference?.spanContext.flags ?? (seed?.traceID == nil ? SpanContext.randomFlag : 0)
        let spanContext = SpanContext(
            traceID: trace, spanID: ids.spanID(in: trace),
            flags: decision.isSampled ? flags | SpanContext.sampledFlag : flags & ~SpanContext.sampledFlag,
            traceState: decision.traceState ?? reference?.spanContext.traceState ?? "")
        let isRecorded = decision.isSampled && records != nil
        let isParentRemote = reference?.spanContext.isRemote ?? false
        let inherited = scope == nil && !isParentRemote ? reference?.unretainedCounts : nil
        let new = inherited == nil ? newCounts(below: spanContext.spanID, scope, isRecorded) : nil
        if isRecorded {
            inherited?._withUnsafeGuaranteedRef { $0.countSpan() }
            new?.countSpan()
        }
        return Beginning(
            spanContext: spanContext, parentSpanID: reference?.spanContext.spanID ?? .zero,
            isParentRemote: isParentRemote,
            requestID: context.count > (reference == nil ? 0 : 1) ? context.requestID : nil,
            inheritedCounts: inherited, newCounts: new, isRecorded: isRecorded, isCurrent: false)
    }

    /// Of what begins below a span that has no parent in this process.
    @inline(never)
    private func newCounts(below span: SpanID, _ scope: RequestScope?, _ isRecorded: Bool) -> BegunCounts? {
        isRecorded || scope != nil ? BegunCounts(below: span, scope: scope) : nil
    }

    package func activeSpan(identifiedBy context: InstrumentationContext) -> TracedSpan? {
        context.spanReference.map { TracedSpan(context: context, recording: $0.recording) }
    }

    /// Spans leave on their own thread; `Telemetry.flush(deadline:)` waits for them.
    package func forceFlush() {
        records?.requestExport()
    }
}

import OTLP

/// What a store keeps, and for how long.
public struct Retention: Hashable, Sendable {
    /// Records older than this go with their segment; `nil` keeps them for ever.
    public var age: Duration?
    /// The bytes that the folder may take, all files counted; `nil` is as many as the disk has. The oldest segments go first.
    public var bytesMax: Int?
    /// For traces, the first rule that speaks of one decides; a trace of which none speaks stays as long as `age` says.
    public var rules: [Rule] = []

    public init(age: Duration? = nil, bytesMax: Int? = nil, rules: [Rule] = []) {
        self.age = age
        self.bytesMax = bytesMax
        self.rules = rules
    }

    /// Errors and slow traces: 30 days. The rest: 7 days, then 5 % of it.
    public struct Rule: Hashable, Sendable {
        public var traces: Traces
        /// Until when all of them are kept.
        public var age: Duration
        /// The share (0…1) that is kept beyond that, chosen by trace id.
        public var sampleAfterwards: Double

        public init(_ traces: Traces, age: Duration, sampleAfterwards: Double = 0) {
            self.traces = traces
            self.age = age
            self.sampleAfterwards = sampleAfterwards
        }

        public enum Traces: Hashable, Sendable {
            case all
            /// With a span whose status is error.
            case errors
            /// With a span that took at least this long.
            case slowerThan(Duration)
        }
    }

    /// What a rule must know of a trace.
    struct TraceSummary {
        var id: TraceID
        var lastTime: UInt64
        var hasError = false
        var longest: UInt64 = 0

        mutating func include(_ span: Span) {
            lastTime = max(lastTime, span.startTimeUnixNano)
            if span.status?.code == .error { hasError = true }
            if span.endTimeUnixNano > span.startTimeUnixNano {
                longest = max(longest, span.endTimeUnixNano - span.startTimeUnixNano)
            }
        }
    }

    /// Retention as of one moment.
    struct Judge {
        let retention: Retention
        /// Nanoseconds since the Unix epoch.
        let now: UInt64

        var keepsEverything: Bool { retention.age == nil && retention.rules.isEmpty }

        func keeps(_ trace: TraceSummary) -> Bool {
            for rule in retention.rules where rule.speaks(of: trace) {
                return !isOlder(trace.lastTime, than: rule.age) || isSampled(trace.id, rule.sampleAfterwards)
            }
            return keeps(pointsUntil: trace.lastTime)
        }

        func keeps(pointsUntil time: UInt64) -> Bool {
            retention.age.map { !isOlder(time, than: $0) } ?? true
        }

        /// Whether nothing that was recorded until `time` can be kept.
        func keepsNothing(until time: UInt64) -> Bool {
            guard let age = retention.age, isOlder(time, than: age) else { return false }
            return retention.rules.allSatisfy { isOlder(time, than: $0.age) && $0.sampleAfterwards == 0 }
        }

        private func isOlder(_ time: UInt64, than age: Duration) -> Bool {
            let nanoseconds = age.nanoseconds
            return nanoseconds < now && time < now - nanoseconds
        }

        /// The same traces in every compaction.
        private func isSampled(_ trace: TraceID, _ share: Double) -> Bool {
            Double(StableHash.of(trace) >> 11) / Double(1 << 53) < share
        }
    }
}

extension Retention.Rule {
    func speaks(of trace: Retention.TraceSummary) -> Bool {
        switch traces {
        case .all: true
        case .errors: trace.hasError
        case .slowerThan(let duration): trace.longest >= duration.nanoseconds
        }
    }
}

extension Duration {
    /// Whole nanoseconds; nothing below zero, and no more than fit.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0 else { return 0 }
        let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow
            ? .max : product.addingReportingOverflow(UInt64(max(0, attoseconds)) / 1_000_000_000).partialValue
    }
}

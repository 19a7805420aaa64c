import OTLP

/// What a store keeps, and for how long.
public struct Retention: Hashable, Sendable {
    /// Records older than this go; `nil` keeps them for ever. A record whose time is nonsense is as old as its arrival.
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

    /// What a rule must know of a trace, or of log records without one that stand together.
    struct TraceSummary {
        /// What the sample is chosen by.
        var id: TraceID
        var lastTime: UInt64 = 0
        var hasError = false
        var longest: UInt64 = 0

        mutating func include(_ span: borrowing SpanReader, _ judge: Judge) {
            lastTime = max(lastTime, judge.believable(span.startTimeUnixNano))
            if span.status?.code == Span.Status.Code.error.rawValue { hasError = true }
            if span.endTimeUnixNano > span.startTimeUnixNano {
                longest = max(longest, span.endTimeUnixNano - span.startTimeUnixNano)
            }
        }

        mutating func include(_ record: borrowing LogRecordReader, _ judge: Judge) {
            let time = record.occurredUnixNano
            lastTime = max(lastTime, judge.believable(time))
        }
    }

    /// Retention as of one moment, for records that arrived together.
    struct Judge {
        let retention: Retention
        /// Nanoseconds since the Unix epoch.
        let now: UInt64
        /// When the records arrived: what is believed of one whose own time is nonsense.
        let arrival: UInt64

        private static let year2000: UInt64 = 946_684_800_000_000_000
        private static let day: UInt64 = 86_400_000_000_000

        var keepsEverything: Bool { retention.age == nil && retention.rules.isEmpty }

        /// A record's own time, unless it is from before the year 2000 or more than a day ahead.
        func believable(_ time: UInt64) -> UInt64 {
            time >= Judge.year2000 && time <= now.addingReportingOverflow(Judge.day).partialValue ? time : arrival
        }

        func keeps(_ trace: TraceSummary) -> Bool {
            let time = believable(trace.lastTime)
            for rule in retention.rules where rule.speaks(of: trace) {
                return !isOlder(time, than: rule.age) || isSampled(trace.id, rule.sampleAfterwards)
            }
            return keeps(until: time)
        }

        /// Whether no age has passed yet for records from `time` on.
        func keepsAll(since time: UInt64) -> Bool {
            let time = believable(time)
            return ages.allSatisfy { !isOlder(time, than: $0) }
        }

        private var ages: [Duration] { [retention.age].compactMap { $0 } + retention.rules.map(\.age) }

        func keeps(pointsUntil time: UInt64) -> Bool { keeps(until: believable(time)) }

        private func keeps(until time: UInt64) -> Bool {
            retention.age.map { !isOlder(time, than: $0) } ?? true
        }

        /// Whether nothing can be kept of records until `time`, which is a believable one.
        func keepsNothing(until time: UInt64) -> Bool {
            guard let age = retention.age, isOlder(time, than: age) else { return false }
            return retention.rules.allSatisfy { isOlder(time, than: $0.age) && $0.sampleAfterwards == 0 }
        }

        /// Whether records until `time` have all passed an age since they were judged last.
        func isDue(until time: UInt64, judged: UInt64) -> Bool {
            ages.contains { age in
                let (end, overflow) = time.addingReportingOverflow(age.nanoseconds)
                return !overflow && end < now && judged <= end
            }
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

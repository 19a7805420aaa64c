public import OTLP

/// One request, stitched back together from what its functions sent: a forest of spans with their logs.
///
/// Shape: `nodes` holds every span once, and a placeholder for each parent that never arrived; `roots` and each node's
///        `children` are places in it, in order of time.
public struct Story: Sendable {
    /// The id that was asked for, or the request id that the spans carry.
    public var id: String?
    /// In the order in which they were found.
    public var traceIDs: [TraceID]
    public var nodes: [Node]
    public var roots: [Int]
    /// Log records of the request that belong to no span that is there.
    public var strayLogs: [StoryLog]
    public var problems: [Problem]
    /// Where the time of the response went; empty without a finished root.
    public var criticalPath: [PathSegment]
    /// How the request came to its very end, over queues and with the waits in them; empty when all was done with the
    /// response.
    public var completionPath: [PathSegment]
    /// The deepest first error that no child's error caused.
    public var rootCause: Int?
    /// The functions that ran, in order of time.
    public var invocations: [Invocation]
    /// The clocks that were set right, in order of their names.
    public var clockCorrections: [ClockCorrection]
    /// How many spans were begun, where the senders say so.
    public var arrival: Arrival?

    /// The root that answers for the request: the earliest that is a span; of its attempts the last.
    public var mainRoot: Int? {
        guard let first = roots.first(where: { nodes[$0].record != nil }) else { return roots.first }
        guard let attempt = nodes[first].attempt else { return first }
        return roots.last { nodes[$0].attempt?.group == attempt.group } ?? first
    }
}

extension Story {
    /// A span in its place, or the place of one that is missing.
    public struct Node: Sendable {
        public var content: Content
        public var parent: Int?
        public var children: [Int] = []
        /// It hangs under its parent by a link or a queue: the parent did not wait for it.
        public var isAsynchronous = false
        /// In order of time.
        public var logs: [StoryLog] = []
        /// 0 for a root.
        public var depth = 0
        /// Nanoseconds of the span in which none of its awaited children ran.
        public var selfTimeNanoseconds: UInt64 = 0
        /// The status says so, or an HTTP server answered 5xx.
        public var isError = false
        /// The start of the span, or of the first child of a placeholder; by the corrected clock.
        public var startTimeUnixNano: UInt64
        /// Never before the start; that of a span which is still running is its start.
        public var endTimeUnixNano: UInt64
        /// What was added to the times that the span was sent with.
        public var clockOffsetNanoseconds: Int64 = 0
        /// How long the function started up before this span, or while it already ran; 0 for a warm one.
        public var coldStartNanoseconds: UInt64 = 0
        /// Which of several tries this is.
        public var attempt: Attempt?

        public enum Content: Sendable {
            case span(SpanRecord)
            /// Spans name this parent, and it never arrived.
            case lostParent(traceID: TraceID, spanID: SpanID)
        }

        public var record: SpanRecord? {
            if case .span(let record) = content { record } else { nil }
        }

        public var span: Span? { record?.span }
        /// The `service.name` of the resource; empty for a placeholder.
        public var service: String { record?.service ?? "" }
        public var resource: Resource? { record?.resource }
        public var scope: InstrumentationScope? { record?.scope }

        public var durationNanoseconds: UInt64 { endTimeUnixNano - startTimeUnixNano }
        /// The span was begun and has no end.
        public var isRunning: Bool {
            if let record { record.span.endTimeUnixNano == 0 } else { false }
        }
    }

    /// A span with who sent it.
    ///
    /// Cost: shared and never changed, so that nodes are cheap to copy; a span by itself is seven arrays and strings.
    public final class SpanRecord: Sendable {
        public let span: Span
        public let service: String
        public let resource: Resource?
        public let scope: InstrumentationScope?

        init(_ span: Span, service: String, resource: Resource?, scope: InstrumentationScope?) {
            self.span = span
            self.service = service
            self.resource = resource
            self.scope = scope
        }
    }

    /// A log record with where it came from.
    public struct StoryLog: Sendable {
        public var record: LogRecord
        public var service: String
        /// What was added to the times that the record was sent with.
        public var clockOffsetNanoseconds: Int64 = 0

        /// When it happened, or when it was seen; by the corrected clock.
        public var timeUnixNano: UInt64 {
            let time = record.occurredUnixNano
            return time.shifted(by: clockOffsetNanoseconds)
        }
    }

    /// One of several tries: siblings that do the same, each after the one before it failed.
    public struct Attempt: Hashable, Sendable {
        /// Counted from 1.
        public var number: Int
        public var count: Int
        /// The node of the first try.
        public var group: Int
    }

    /// A stretch of a path that one span accounts for.
    public struct PathSegment: Hashable, Sendable {
        public var node: Int
        public var startTimeUnixNano: UInt64
        public var endTimeUnixNano: UInt64
        public var kind: Kind = .work

        /// What the time was spent with.
        public enum Kind: Hashable, Sendable {
            case work
            /// The function of the span started up.
            case coldStart
            /// What the span was to do waited in a queue.
            case waiting
        }

        public var durationNanoseconds: UInt64 { endTimeUnixNano - startTimeUnixNano }
    }

    /// One execution of a function, as its entry span tells it.
    public struct Invocation: Hashable, Sendable {
        public var node: Int
        public var isColdStart: Bool
        /// `nil` when nobody measured it.
        public var initNanoseconds: UInt64?
        /// What the platform bills; `nil` when only the span is known.
        public var billedNanoseconds: UInt64?
        public var memoryLimitBytes: UInt64?
        public var memoryUsedBytes: UInt64?
        /// `cloud.platform`; empty when unknown.
        public var platform: String
        /// `host.arch`; empty when unknown.
        public var architecture: String
    }

    /// The clock of one execution environment, and by how much it was off.
    public struct ClockCorrection: Hashable, Sendable {
        /// The service, and the instance where the service has several.
        public var name: String
        /// What is added to its times.
        public var offsetNanoseconds: Int64
        /// How many requests and their answers the offset was taken from.
        public var pairCount: Int

        public init(name: String, offsetNanoseconds: Int64, pairCount: Int) {
            self.name = name
            self.offsetNanoseconds = offsetNanoseconds
            self.pairCount = pairCount
        }
    }

    /// Spans and logs that the senders counted, beside those that are here.
    public struct Arrival: Hashable, Sendable {
        public var begunSpans: Int
        public var arrivedSpans: Int
        public var begunLogs: Int
        public var arrivedLogs: Int

        public init(begunSpans: Int, arrivedSpans: Int, begunLogs: Int = 0, arrivedLogs: Int = 0) {
            self.begunSpans = begunSpans
            self.arrivedSpans = arrivedSpans
            self.begunLogs = begunLogs
            self.arrivedLogs = arrivedLogs
        }

        public var isComplete: Bool { arrivedSpans >= begunSpans && arrivedLogs >= begunLogs }
    }

    /// Something about the telemetry itself that the reader should know.
    public enum Problem: Hashable, Sendable {
        /// `children` spans name a parent that never arrived.
        case lostParent(traceID: TraceID, spanID: SpanID, children: Int)
        /// These spans are each other's ancestors; the chain was cut above `node`.
        case cycle(node: Int)
        /// Two spans have the same ids and different content; both are shown.
        case duplicateSpanID(node: Int)
        /// The span calls this function by name, and nothing of the function arrived.
        case silentFunction(node: Int, name: String)
        /// The span ends before it starts.
        case endBeforeStart(node: Int)
    }
}

extension UInt64 {
    /// A moment moved by an offset; it stays within the range of moments. 0 means "not set" and stays 0.
    func shifted(by offset: Int64) -> UInt64 {
        guard self != 0, offset != 0 else { return self }
        let (sum, isOutside) = addingReportingOverflow(UInt64(bitPattern: offset))
        // Adding a negative offset wraps around when all is well.
        return (offset < 0) == isOutside ? sum : self
    }
}

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
    /// The deepest first error that no child's error caused.
    public var rootCause: Int?

    /// The root that answers for the request: the earliest that is a span.
    public var mainRoot: Int? { roots.first { nodes[$0].span != nil } ?? roots.first }
}

extension Story {
    /// A span in its place, or the place of one that is missing.
    public struct Node: Sendable {
        public var content: Content
        /// The `service.name` of the resource; empty for a placeholder.
        public var service: String
        public var resource: Resource?
        public var scope: InstrumentationScope?
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

        public enum Content: Sendable {
            case span(Span)
            /// Spans name this parent, and it never arrived.
            case lostParent(traceID: TraceID, spanID: SpanID)
        }

        public var span: Span? {
            if case .span(let span) = content { span } else { nil }
        }

        /// The start of the span, or of the first child of a placeholder.
        public var startTimeUnixNano: UInt64
        /// Never before the start; that of a span which is still running is its start.
        public var endTimeUnixNano: UInt64

        public var durationNanoseconds: UInt64 { endTimeUnixNano - startTimeUnixNano }
        public var isError: Bool { span?.status?.code == .error }
        /// The span was begun and has no end.
        public var isRunning: Bool { span.map { $0.endTimeUnixNano == 0 } ?? false }
    }

    /// A log record with where it came from.
    public struct StoryLog: Sendable {
        public var record: LogRecord
        public var service: String

        /// When it happened, or when it was seen.
        public var timeUnixNano: UInt64 {
            record.timeUnixNano != 0 ? record.timeUnixNano : record.observedTimeUnixNano
        }
    }

    /// A stretch of the critical path that one span accounts for.
    public struct PathSegment: Hashable, Sendable {
        public var node: Int
        public var startTimeUnixNano: UInt64
        public var endTimeUnixNano: UInt64

        public var durationNanoseconds: UInt64 { endTimeUnixNano - startTimeUnixNano }
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

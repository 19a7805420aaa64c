package import Logging
import OTLP
import Synchronization
import Tracing

/// What all loggers of the process write to: lines of JSON, records for export, either or both.
package final class LogWriter: Sendable {
    let output: LineOutput?
    let records: RecordQueue?
    let policy: ValuePolicy
    let format: LineFormat
    let fieldsMax: Int
    /// Lines from here up to the logger's level are kept per request, and written when it fails.
    let bufferedLevel: Logger.Level?
    /// By the number of their scope.
    private let loggers = Mutex<[NamedLogger?]>([])

    package init(
        service: String, names: LogFieldNames = .otel, function: FunctionDescription? = nil, output: LineOutput?,
        records: RecordQueue?, policy: ValuePolicy = ValuePolicy(), fieldsMax: Int = Limits.attributesMax,
        bufferedLevel: Logger.Level? = nil
    ) {
        self.output = output
        self.records = records
        self.policy = policy
        self.fieldsMax = fieldsMax
        self.bufferedLevel = bufferedLevel
        format = LineFormat(names, service: service, function: function)
    }

    /// The logger of that name. One that is kept lives as long as the process, so that nobody need hold it: the two hold
    /// each other.
    ///
    /// Bounds: Limits.scopesMax names; a logger beyond is the caller's.
    func logger(named label: String) -> (logger: NamedLogger, isKept: Bool) {
        let scope = ScopeID(named: label)
        guard scope != .library else { return (NamedLogger(label, scope, self), false) }
        return loggers.withLock { loggers in
            let place = Int(scope.number)
            while loggers.count <= place { loggers.append(nil) }
            let logger = loggers[place] ?? NamedLogger(label, scope, self)
            loggers[place] = logger
            return (logger, true)
        }
    }
}

/// Where a logger's lines come from, its name in both forms, and where they go.
final class NamedLogger: Sendable {
    /// `,"logger":"label"`.
    let member: [UInt8]
    let scope: ScopeID
    let writer: LogWriter

    fileprivate init(_ label: String, _ scope: ScopeID, _ writer: LogWriter) {
        member = LineFormat.logger(label)
        self.scope = scope
        self.writer = writer
    }
}

/// Where a line is logged: the span, the request and its scope.
///
/// Shape: copied out of a context that the caller holds until the line is written, so that reading it counts no references.
struct LogPlace {
    let span: Span?
    /// Outside of a span the context may still know the request.
    let requestID: String?
    let counts: Unmanaged<BegunCounts>?
    let scope: Unmanaged<RequestScope>?

    struct Span {
        let traceID: TraceID
        let spanID: SpanID
        let flags: UInt8
    }

    @inline(__always)
    init(_ context: borrowing InstrumentationContext) {
        guard let reference = context.unretainedSpanReference else {
            span = nil
            requestID = context.isEmpty ? nil : context.requestID
            counts = nil
            scope = nil
            return
        }
        (span, requestID, counts, scope) = reference._withUnsafeGuaranteedRef { reference in
            (
                Span(
                    traceID: reference.spanContext.traceID, spanID: reference.spanContext.spanID,
                    flags: reference.spanContext.flags),
                reference.requestID, reference.unretainedCounts,
                reference.scope.map { .passUnretained($0) }
            )
        }
    }

    /// Lines of any level are written at once.
    var writesDebugLines: Bool { scope?._withUnsafeGuaranteedRef { $0.writesDebugLines } ?? false }
    var isColdStart: Bool? { scope?._withUnsafeGuaranteedRef { $0.isColdStart } }
}

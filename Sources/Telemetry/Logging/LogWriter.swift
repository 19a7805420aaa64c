package import Logging
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
}

/// Where a logger's lines come from: its name in both forms.
package struct LoggerIdentity: Sendable {
    /// `,"logger":"label"`.
    let member: [UInt8]
    let scope: ScopeID

    package init(_ label: String) {
        member = LineFormat.logger(label)
        scope = ScopeID(named: label)
    }
}

/// Where a line is logged: the span, the request and its scope.
struct LogPlace {
    let reference: SpanReference?
    /// Outside of a span the context may still know the request.
    let requestID: String?

    @inline(__always)
    init(_ context: InstrumentationContext?) {
        reference = context?.spanReference
        requestID = reference == nil ? context.flatMap { $0.isEmpty ? nil : $0.requestID } : reference?.requestID
    }
}

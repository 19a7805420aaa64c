import Logging
import OTLP

/// One log event with where and when it happened, before it takes either of its forms.
struct LogMoment {
    var timeUnixNano: UInt64
    var event: LogEvent
    var metadata: [(key: String, value: Logger.MetadataValue)]
    var span: SpanContext?
    var requestID: String?

    /// One JSON object and a newline. Keys always in this order, absent ones left out.
    func jsonLine(service: String, logger: String) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 512)
        writer.object { writer in
            writer.member("timestamp", Timestamp.rfc3339(timeUnixNano))
            writer.member("level", event.level.severity.text)
            writer.member("message", event.message.description)
            writer.member("service", service)
            if let requestID { writer.member("request_id", requestID) }
            if let span {
                writer.member("trace_id", span.traceID.hex)
                writer.member("span_id", span.spanID.hex)
            }
            writer.member("logger", logger)
            if !metadata.isEmpty {
                writer.object("metadata") { $0.members(metadata) }
            }
            if let error = event.error {
                writer.object("error") { writer in
                    writer.member("type", String(reflecting: type(of: error)))
                    writer.member("message", String(describing: error))
                }
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    /// Writes the fields of an OTLP LogRecord message.
    func encode(into writer: inout ProtobufWriter) {
        let severity = event.level.severity
        writer.fixed64(1, timeUnixNano)
        writer.int32(2, severity.number)
        writer.string(3, severity.text)
        writer.message(5) { $0.alwaysString(1, event.message.description) }
        for (key, value) in metadata.prefix(Limits.attributesMax) { writer.attribute(6, key, value) }
        if let error = event.error {
            writer.attribute(6, "exception.type", String(reflecting: type(of: error)))
            writer.attribute(6, "exception.message", String(describing: error))
        }
        if let requestID { writer.attribute(6, RequestID.attributeName, requestID) }
        writer.uint32(7, UInt32(max(0, metadata.count - Limits.attributesMax)))
        if let span {
            writer.fixed32(8, UInt32(span.flags))
            writer.id(9, span.traceID)
            writer.id(10, span.spanID)
        }
        writer.fixed64(11, timeUnixNano)
    }
}

extension Logger.Level {
    /// The level's place in OpenTelemetry's scale, and its own name. Source: OpenTelemetry specification 1.x, Logs data model.
    fileprivate var severity: (number: Int32, text: String) {
        switch self {
        case .trace: (1, "TRACE")
        case .debug: (5, "DEBUG")
        case .info: (9, "INFO")
        case .notice: (10, "NOTICE")
        case .warning: (13, "WARNING")
        case .error: (17, "ERROR")
        case .critical: (21, "CRITICAL")
        }
    }
}

package import Logging
import OTLP
import Tracing

/// Writes each log event twice: as a line of JSON to standard output, and as an OTLP log record for export.
///
/// Both carry the trace, the span and the request id of the task that logs (Documentation/Formats/log-line.md).
package struct StructuredLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let service: String
    private let output: LineOutput
    private let records: RecordBuffer?

    package init(
        label: String, service: String, level: Logger.Level, output: LineOutput, records: RecordBuffer?
    ) {
        self.label = label
        self.service = service
        self.logLevel = level
        self.output = output
        self.records = records
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let context = InstrumentationContext.current
        let moment = LogMoment(
            timeUnixNano: DefaultTracerClock.now.nanosecondsSinceEpoch, event: event, metadata: metadata(of: event),
            span: context?.spanContext, requestID: context?.requestID)
        output.write(moment.jsonLine(service: service, logger: label))
        records?.append(scope: label) { moment.encode(into: &$0) }
    }

    /// What the event, the provider and the handler say, the first having the last word; in the order of the keys.
    private func metadata(of event: LogEvent) -> [(key: String, value: Logger.MetadataValue)] {
        var merged = metadata
        if let provided = metadataProvider?.get() { merged.merge(provided) { _, provided in provided } }
        if let own = event.metadata { merged.merge(own) { _, own in own } }
        return merged.sorted { $0.key < $1.key }
    }
}

import OTLP
package import Tracing

/// Makes spans that are recorded for export.
///
/// A span without a parent begins a trace and is recorded; one with a parent is recorded if its parent is
/// (the specification's `parentbased_always_on`, its default).
package final class RecordingTracer: Tracer {
    private let records: RecordBuffer?

    package init(records: RecordBuffer?) {
        self.records = records
    }

    package func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> RecordingSpan {
        var context = context()
        let parent = context.spanContext
        let child = SpanContext(
            traceID: parent?.traceID ?? RandomID.traceID(), spanID: RandomID.spanID(),
            flags: parent?.flags ?? SpanContext.sampledFlag | SpanContext.randomFlag,
            traceState: parent?.traceState ?? "")
        context.spanContext = child
        let isRecording = child.isSampled && records != nil
        return RecordingSpan(
            name: operationName, kind: kind, identity: child, parent: parent, context: context,
            startTimeUnixNano: isRecording ? instant().nanosecondsSinceEpoch : 0, records: isRecording ? records : nil)
    }

    /// Spans leave on their own thread; `Telemetry.flush(deadline:)` waits for them.
    package func forceFlush() {
        records?.requestExport()
    }
}

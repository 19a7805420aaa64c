import OTLP
import Synchronization
package import Tracing

/// A span under way; `end()` encodes it into the buffer that waits for export.
///
/// Bounds: Limits.attributesMax, eventsMax and linksMax; what is beyond is counted on the span. After `end()` every call
///         is without effect.
package final class RecordingSpan: Tracing.Span {
    package let context: InstrumentationContext
    private let kind: SpanKind
    private let identity: SpanContext
    private let parent: SpanContext?
    private let startTimeUnixNano: UInt64
    /// `nil` when the span is not sampled.
    private let records: RecordBuffer?
    private let content: Mutex<Content>

    struct Content {
        var name: String
        var attributes = SpanAttributes()
        var events: [SpanEvent] = []
        var droppedEventsCount: UInt32 = 0
        var links: [SpanLink] = []
        var droppedLinksCount: UInt32 = 0
        var status: SpanStatus?
        var hasEnded = false
    }

    init(
        name: String, kind: SpanKind, identity: SpanContext, parent: SpanContext?, context: InstrumentationContext,
        startTimeUnixNano: UInt64, records: RecordBuffer?
    ) {
        self.kind = kind
        self.identity = identity
        self.parent = parent
        self.context = context
        self.startTimeUnixNano = startTimeUnixNano
        self.records = records
        content = Mutex(Content(name: name))
    }

    package var isRecording: Bool {
        records != nil && !content.withLock { $0.hasEnded }
    }

    package var operationName: String {
        get { content.withLock { $0.name } }
        set { change { $0.name = newValue } }
    }

    package var attributes: SpanAttributes {
        get { content.withLock { $0.attributes } }
        set { change { $0.attributes = newValue } }
    }

    package func setStatus(_ status: SpanStatus) {
        change { content in
            // An explicit "ok" is the last word, and no word keeps the message of an error that was set before.
            guard content.status?.code != .ok else { return }
            let message = status.message ?? (content.status?.code == status.code ? content.status?.message : nil)
            content.status = SpanStatus(code: status.code, message: message)
        }
    }

    package func addEvent(_ event: SpanEvent) {
        change { content in
            guard content.events.count < Limits.eventsMax else { return content.droppedEventsCount += 1 }
            content.events.append(event)
        }
    }

    package func addLink(_ link: SpanLink) {
        change { content in
            guard content.links.count < Limits.linksMax else { return content.droppedLinksCount += 1 }
            content.links.append(link)
        }
    }

    /// An `exception` event with the error's type and description.
    package func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        guard records != nil else { return }
        var described = attributes
        described["exception.type"] = String(reflecting: type(of: error))
        described["exception.message"] = String(describing: error)
        addEvent(SpanEvent(name: "exception", at: instant(), attributes: described))
    }

    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        guard let records else { return }
        let ended = content.withLock { content -> Content? in
            guard !content.hasEnded else { return nil }
            content.hasEnded = true
            return content
        }
        guard let ended else { return }
        let endTimeUnixNano = max(instant().nanosecondsSinceEpoch, startTimeUnixNano)
        records.append(scope: ProcessResource.scope.name) { encode(ended, endTimeUnixNano, into: &$0) }
    }

    private func change(_ body: (inout Content) -> Void) {
        guard records != nil else { return }
        content.withLock { content in
            if !content.hasEnded { body(&content) }
        }
    }

    /// Writes the fields of an OTLP Span message.
    private func encode(_ content: Content, _ endTimeUnixNano: UInt64, into writer: inout ProtobufWriter) {
        writer.id(1, identity.traceID)
        writer.id(2, identity.spanID)
        writer.string(3, identity.traceState)
        if let parent { writer.id(4, parent.spanID) }
        writer.string(5, content.name)
        writer.int32(6, kind.number)
        writer.fixed64(7, startTimeUnixNano)
        writer.fixed64(8, endTimeUnixNano)
        var dropped = writer.attributes(9, content.attributes)
        if let requestID = context.requestID, content.attributes.get(RequestID.attributeName) == nil {
            writer.attribute(9, RequestID.attributeName, requestID)
        }
        writer.uint32(10, dropped)
        for event in content.events {
            writer.message(11) { writer in
                writer.fixed64(1, event.nanosecondsSinceEpoch)
                writer.string(2, event.name)
                dropped = writer.attributes(3, event.attributes)
                writer.uint32(4, dropped)
            }
        }
        writer.uint32(12, content.droppedEventsCount)
        for link in content.links {
            guard let target = link.context.spanContext else { continue }
            writer.message(13) { writer in
                writer.id(1, target.traceID)
                writer.id(2, target.spanID)
                writer.string(3, target.traceState)
                dropped = writer.attributes(4, link.attributes)
                writer.uint32(5, dropped)
                writer.fixed32(6, target.wireFlags)
            }
        }
        writer.uint32(14, content.droppedLinksCount)
        if let status = content.status {
            writer.message(15) { writer in
                writer.string(2, status.message ?? "")
                writer.int32(3, status.code == .ok ? 1 : 2)
            }
        }
        writer.fixed32(16, UInt32(identity.flags) | (parent.map { $0.wireFlags & ~0xFF } ?? SpanContext.hasRemoteFlag))
    }
}

extension SpanContext {
    /// OTLP's bits 8 and 9: "it is known whether the parent is remote", and "it is".
    static let hasRemoteFlag: UInt32 = 0x100
    static let remoteFlag: UInt32 = 0x200

    var wireFlags: UInt32 {
        UInt32(flags) | Self.hasRemoteFlag | (isRemote ? Self.remoteFlag : 0)
    }
}

extension SpanKind {
    fileprivate var number: Int32 {
        switch self {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }
}

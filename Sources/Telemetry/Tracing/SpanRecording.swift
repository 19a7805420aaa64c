import OTLP
import Synchronization
import Tracing

/// What is recorded of a span under way; the first `end` encodes it into the queue that waits for export.
///
/// Bounds: `SpanLimits`; what is beyond is counted on the span. After the end every call is without effect.
package final class SpanRecording: SpanReference, @unchecked Sendable {
    private let tracer: RecordingTracer
    private let kind: SpanKind
    private let startTimeUnixNano: UInt64
    private let content: Mutex<Content>
    let lentAttributes = LentAttributes()

    struct Content {
        var name: String
        var events: [SpanEvent] = []
        var droppedEventsCount: UInt32 = 0
        var links: [SpanLink] = []
        var droppedLinksCount: UInt32 = 0
        var status: SpanStatus?
        var hasEnded = false
    }

    init(
        _ tracer: RecordingTracer, name: String, kind: SpanKind, beginning: consuming RecordingTracer.Beginning,
        startTimeUnixNano: UInt64
    ) {
        self.tracer = tracer
        self.kind = kind
        self.startTimeUnixNano = startTimeUnixNano
        content = Mutex(Content(name: name))
        super.init(beginning)
    }

    override package var recording: SpanRecording? { self }

    package var hasEnded: Bool { content.withLock { $0.hasEnded } }

    var name: String {
        get { content.withLock { $0.name } }
        set { change { $0.name = newValue } }
    }

    var attributes: SpanAttributes {
        get {
            guard !hasEnded else { return SpanAttributes([:]) }
            let place = lentAttributes.lend()
            defer { lentAttributes.giveBack(place) }
            return place.pointee
        }
        set {
            guard !hasEnded else { return }
            let place = lentAttributes.lend()
            place.pointee = newValue
            lentAttributes.giveBack(place)
        }
    }

    func setStatus(_ status: SpanStatus) {
        change { content in
            // An explicit "ok" is the last word, and no word keeps the message of an error that was set before.
            guard content.status?.code != .ok else { return }
            let message = status.message ?? (content.status?.code == status.code ? content.status?.message : nil)
            content.status = SpanStatus(code: status.code, message: message)
        }
    }

    func addEvent(_ event: SpanEvent) {
        change { content in
            guard content.events.count < tracer.limits.eventsMax else { return content.droppedEventsCount &+= 1 }
            content.events.append(event)
        }
    }

    func addLink(_ link: SpanLink) {
        change { content in
            guard content.links.count < tracer.limits.linksMax else { return content.droppedLinksCount &+= 1 }
            content.links.append(link)
        }
    }

    func recordError(_ error: any Error, attributes: SpanAttributes, at nanoseconds: UInt64) {
        let described = ErrorDescription(error)
        var all = attributes
        all["exception.type"] = described.type
        all["exception.message"] = described.message
        if let stack = described.stack { all["exception.stacktrace"] = stack }
        let time = DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: nanoseconds)
        addEvent(SpanEvent(name: "exception", at: time, attributes: all))
    }

    /// `inside` is the context that the span was current in.
    func end(at nanoseconds: UInt64, _ inside: InstrumentationContext) {
        let ended = content.withLock { content -> Content? in
            guard !content.hasEnded else { return nil }
            var taken = Content(name: content.name)
            swap(&taken, &content)
            // Whoever still holds the span may ask for its name, and for nothing else.
            content.name = taken.name
            content.hasEnded = true
            return taken
        }
        guard let ended else { return }
        let scratch = Scratch.take()
        encode(ended, lentAttributes.take(), max(nanoseconds, startTimeUnixNano), into: &scratch.pointee.record)
        tracer.records?.append(scratch.pointee.record.bytes, scope: .library, counts: unretainedCounts)
        scratch.pointee.keep(inside)
        Scratch.giveBack(scratch)
    }

    private func change(_ body: (inout Content) -> Void) {
        content.withLock { content in
            if !content.hasEnded { body(&content) }
        }
    }

    /// Writes the fields of an OTLP Span message.
    private func encode(
        _ content: Content, _ attributes: SpanAttributes, _ endTimeUnixNano: UInt64, into record: inout ByteBuffer
    ) {
        record.beginSpan(
            self, name: content.name, tracer.policy, kind: kind, startTimeUnixNano: startTimeUnixNano)
        record.fixed64(Tag.fixed64(8), endTimeUnixNano)
        let limits = tracer.limits
        var dropped = record.attributes(
            Tag.bytes(9), attributes, countMax: limits.attributesMax, tracer.policy)
        if let requestID, attributes.get(RequestID.attributeName) == nil {
            record.attribute(Tag.bytes(9), RequestID.attributeName, requestID)
        }
        if dropped > 0 { record.varint(Tag.varint(10), UInt64(dropped)) }
        for event in content.events {
            let start = record.begin(Tag.bytes(11))
            record.fixed64(Tag.fixed64(1), event.nanosecondsSinceEpoch)
            record.string(Tag.bytes(2), event.name, tracer.policy)
            dropped = record.attributes(
                Tag.bytes(3), event.attributes, countMax: limits.attributesPerEventMax, tracer.policy)
            if dropped > 0 { record.varint(Tag.varint(4), UInt64(dropped)) }
            record.end(start)
        }
        if content.droppedEventsCount > 0 { record.varint(Tag.varint(12), UInt64(content.droppedEventsCount)) }
        for link in content.links {
            guard let target = link.context.spanContext else { continue }
            record.link(target, link.attributes, countMax: limits.attributesPerLinkMax, tracer.policy)
        }
        if content.droppedLinksCount > 0 { record.varint(Tag.varint(14), UInt64(content.droppedLinksCount)) }
        if let status = content.status {
            record.status(isError: status.code == .error, message: status.message.map(tracer.policy.clean))
        }
        record.endSpan(self)
    }
}

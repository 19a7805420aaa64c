extension Span {
    /// The span that `view` has read from `bytes`.
    public init(_ view: borrowing SpanReader, in bytes: ByteSpan) throws(WireError) {
        self.init(
            traceID: view.traceID, spanID: view.spanID, parentSpanID: view.parentSpanID,
            traceState: bytes.string(view.traceState), flags: view.flags,
            name: bytes.string(view.name), kind: Kind(rawValue: view.kind),
            startTimeUnixNano: view.startTimeUnixNano, endTimeUnixNano: view.endTimeUnixNano,
            droppedAttributesCount: view.droppedAttributesCount,
            droppedEventsCount: view.droppedEventsCount, droppedLinksCount: view.droppedLinksCount)
        attributes = try [Attribute](view.attributes[..<view.ownAttributeCount], in: bytes)
        for event in view.events {
            events.append(
                Event(
                    timeUnixNano: event.timeUnixNano, name: bytes.string(event.name),
                    attributes: try [Attribute](view.attributes[event.attributes], in: bytes),
                    droppedAttributesCount: event.droppedAttributesCount))
        }
        for link in view.links {
            links.append(
                Link(
                    traceID: link.traceID, spanID: link.spanID, traceState: bytes.string(link.traceState),
                    attributes: try [Attribute](view.attributes[link.attributes], in: bytes),
                    droppedAttributesCount: link.droppedAttributesCount, flags: link.flags))
        }
        if let status = view.status {
            self.status = Status(code: Status.Code(rawValue: status.code), message: bytes.string(status.message))
        }
    }

    /// Writes the fields of a Span message.
    public func encode(into writer: inout ProtobufWriter) {
        writer.id(1, traceID)
        writer.id(2, spanID)
        writer.string(3, traceState)
        writer.id(4, parentSpanID)
        writer.string(5, name)
        writer.int32(6, kind.rawValue)
        writer.fixed64(7, startTimeUnixNano)
        writer.fixed64(8, endTimeUnixNano)
        writer.attributes(9, attributes)
        writer.uint32(10, droppedAttributesCount)
        for event in events {
            writer.message(11) { writer in
                writer.fixed64(1, event.timeUnixNano)
                writer.string(2, event.name)
                writer.attributes(3, event.attributes)
                writer.uint32(4, event.droppedAttributesCount)
            }
        }
        writer.uint32(12, droppedEventsCount)
        for link in links {
            writer.message(13) { writer in
                writer.id(1, link.traceID)
                writer.id(2, link.spanID)
                writer.string(3, link.traceState)
                writer.attributes(4, link.attributes)
                writer.uint32(5, link.droppedAttributesCount)
                writer.fixed32(6, link.flags)
            }
        }
        writer.uint32(14, droppedLinksCount)
        if let status {
            writer.message(15) { writer in
                writer.string(2, status.message)
                writer.int32(3, status.code.rawValue)
            }
        }
        writer.fixed32(16, flags)
    }
}

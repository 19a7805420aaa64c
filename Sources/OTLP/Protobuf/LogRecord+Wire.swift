extension LogRecord {
    /// The record that `view` has read from `bytes`.
    public init(_ view: borrowing LogRecordReader, in bytes: ByteSpan) throws(WireError) {
        try self.init(
            timeUnixNano: view.timeUnixNano, observedTimeUnixNano: view.observedTimeUnixNano,
            severityNumber: Severity(rawValue: view.severityNumber), severityText: bytes.string(view.severityText),
            body: AttributeValue(view.body, in: bytes),
            attributes: [Attribute](view.attributes[...], in: bytes),
            droppedAttributesCount: view.droppedAttributesCount, flags: view.flags,
            traceID: view.traceID, spanID: view.spanID, eventName: bytes.string(view.eventName))
    }

    /// Writes the fields of a LogRecord message.
    public func encode(into writer: inout ProtobufWriter) {
        writer.fixed64(1, timeUnixNano)
        writer.int32(2, severityNumber.rawValue)
        writer.string(3, severityText)
        if let body { writer.message(5) { body.encode(into: &$0) } }
        writer.attributes(6, attributes)
        writer.uint32(7, droppedAttributesCount)
        writer.fixed32(8, flags)
        writer.id(9, traceID)
        writer.id(10, spanID)
        writer.fixed64(11, observedTimeUnixNano)
        writer.string(12, eventName)
    }
}

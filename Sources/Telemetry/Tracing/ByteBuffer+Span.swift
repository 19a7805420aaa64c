import OTLP
import Tracing

// The fields of an OTLP Span message that every span has.

extension ByteBuffer {
    /// What is known when a span begins.
    @inline(__always)
    mutating func beginSpan(
        _ span: SpanReference, name: String, _ policy: ValuePolicy, kind: SpanKind, startTimeUnixNano: UInt64
    ) {
        write(upTo: 38) { cursor in
            cursor.traceID(Tag.bytes(1), span.spanContext.traceID)
            cursor.spanID(Tag.bytes(2), span.spanContext.spanID)
            if !span.parentSpanID.isZero { cursor.spanID(Tag.bytes(4), span.parentSpanID) }
        }
        if !span.spanContext.traceState.isEmpty { string(Tag.bytes(3), span.spanContext.traceState) }
        string(Tag.bytes(5), name, policy)
        write(upTo: 11) { cursor in
            cursor.put(Tag.varint(6))
            cursor.put(kind.number)
            cursor.fixed64(Tag.fixed64(7), startTimeUnixNano)
        }
    }

    /// What stands last: the flags.
    @inline(__always)
    mutating func endSpan(_ span: SpanReference) {
        let remote = span.isParentRemote ? SpanContext.remoteFlag : 0
        write(upTo: 6) { cursor in
            // Field 16, fixed32: its tag takes two bytes.
            cursor.put(0x85)
            cursor.put(0x01)
            cursor.put(raw: (UInt32(span.spanContext.flags) | SpanContext.hasRemoteFlag | remote).littleEndian)
        }
    }

    mutating func status(isError: Bool, message: String?) {
        let start = begin(Tag.bytes(15))
        if let message, !message.isEmpty { string(Tag.bytes(2), message) }
        varint(Tag.varint(3), isError ? 2 : 1)
        end(start)
    }
}

extension SpanKind {
    /// Its number in OTLP.
    var number: UInt8 {
        switch self {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }
}

extension ByteBuffer {
    mutating func link(
        _ target: SpanContext, _ attributes: SpanAttributes, countMax: Int, _ policy: ValuePolicy
    ) {
        let start = begin(Tag.bytes(13))
        traceID(Tag.bytes(1), target.traceID)
        spanID(Tag.bytes(2), target.spanID)
        if !target.traceState.isEmpty { string(Tag.bytes(3), target.traceState) }
        let dropped = self.attributes(Tag.bytes(4), attributes, countMax: countMax, policy)
        if dropped > 0 { varint(Tag.varint(5), UInt64(dropped)) }
        fixed32(Tag.fixed32(6), target.wireFlags)
        end(start)
    }
}

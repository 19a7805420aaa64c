import OTLP
import Tracing

// The fields of an OTLP Span message that every span has.

extension ByteBuffer {
    /// What is known when a span begins.
    @inline(__always)
    mutating func beginSpan(
        _ span: SpanContext, parentSpanID: SpanID, name: String, kind: SpanKind, startTimeUnixNano: UInt64
    ) {
        traceID(Tag.bytes(1), span.traceID)
        spanID(Tag.bytes(2), span.spanID)
        if !span.traceState.isEmpty { string(Tag.bytes(3), span.traceState) }
        if !parentSpanID.isZero { spanID(Tag.bytes(4), parentSpanID) }
        string(Tag.bytes(5), name)
        reserve(11)
        unchecked(Tag.varint(6))
        unchecked(kind.number)
        unchecked(Tag.fixed64(7))
        unchecked(raw: startTimeUnixNano.littleEndian)
    }

    /// What stands last: the flags.
    @inline(__always)
    mutating func endSpan(_ span: SpanContext, isParentRemote: Bool) {
        let remote = isParentRemote ? SpanContext.remoteFlag : 0
        reserve(6)
        // Field 16, fixed32: its tag takes two bytes.
        unchecked(0x85)
        unchecked(0x01)
        unchecked(raw: (UInt32(span.flags) | SpanContext.hasRemoteFlag | remote).littleEndian)
    }

    mutating func status(isError: Bool, message: String?) {
        let start = begin(Tag.bytes(15))
        if let message, !message.isEmpty { string(Tag.bytes(2), message) }
        varint(Tag.varint(3), isError ? 2 : 1)
        end(start)
    }

    mutating func fixed32(_ tag: UInt8, _ value: UInt32) {
        reserve(5)
        unchecked(tag)
        unchecked(raw: value.littleEndian)
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

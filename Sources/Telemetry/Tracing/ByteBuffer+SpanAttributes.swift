import OTLP
import Tracing

// Attributes as swift-distributed-tracing has them, as KeyValue messages.

extension ByteBuffer {
    /// Returns how many the limit left out.
    mutating func attributes(
        _ tag: UInt8, _ attributes: SpanAttributes, countMax: Int, _ policy: ValuePolicy
    ) -> UInt32 {
        guard !attributes.isEmpty else { return 0 }
        var written = 0
        var dropped: UInt32 = 0
        attributes.forEach { key, value in
            guard written < countMax else { return dropped &+= 1 }
            written &+= 1
            attribute(tag, key, value, policy)
        }
        return dropped
    }

    private mutating func attribute(_ tag: UInt8, _ key: String, _ value: SpanAttribute, _ policy: ValuePolicy) {
        key.withBytes { key in
            if policy.hides(key) {
                Redaction.replacement.withBytes { attribute(tag, key, text: $0) }
                return
            }
            switch value {
            case .string(let text): text.withBytes { policy.pass($0) { attribute(tag, key, text: $0) } }
            case .bool(let flag): attribute(tag, key, bool: flag)
            case .int32(let number): attribute(tag, key, int: Int64(number))
            case .int64(let number): attribute(tag, key, int: number)
            case .double(let number): attribute(tag, key, double: number)
            default: compound(tag, key, value, policy)
            }
        }
    }

    @inline(never)
    private mutating func compound(
        _ tag: UInt8, _ key: UnsafeRawBufferPointer, _ value: SpanAttribute, _ policy: ValuePolicy
    ) {
        let start = begin(tag)
        bytes(Tag.bytes(1), key)
        let valueStart = begin(Tag.bytes(2))
        switch value {
        case .stringArray(let values): array(values) { $0.anyValue(Scalar.string($1), policy) }
        case .boolArray(let values): array(values) { $0.anyValue(Scalar.bool($1), policy) }
        case .int32Array(let values): array(values) { $0.anyValue(Scalar.int(Int64($1)), policy) }
        case .int64Array(let values): array(values) { $0.anyValue(Scalar.int($1), policy) }
        case .doubleArray(let values): array(values) { $0.anyValue(Scalar.double($1), policy) }
        case .stringConvertible(let value): anyValue(Scalar(value), policy)
        case .stringConvertibleArray(let values): array(values) { $0.anyValue(Scalar($1), policy) }
        default: anyValue(Scalar.string(String(describing: value)), policy)
        }
        end(valueStart)
        end(start)
    }

    /// A text attribute whose value has been looked at already.
    mutating func attribute(_ tag: UInt8, _ key: String, _ text: String) {
        key.withBytes { key in text.withBytes { attribute(tag, key, text: $0) } }
    }

    /// The fields of an AnyValue message that holds one scalar.
    mutating func anyValue(_ scalar: Scalar, _ policy: ValuePolicy) {
        switch scalar {
        case .string(let text): text.withBytes { policy.pass($0) { bytes(Tag.bytes(1), $0) } }
        case .bool(let flag): varint(Tag.varint(2), flag ? 1 : 0)
        case .int(let number): varint(Tag.varint(3), UInt64(bitPattern: number))
        case .double(let number): fixed64(Tag.fixed64(4), number.bitPattern)
        }
    }

    private mutating func array<Value>(_ values: [Value], _ body: (inout ByteBuffer, Value) -> Void) {
        let start = begin(Tag.bytes(5))
        for value in values {
            let element = begin(Tag.bytes(1))
            body(&self, value)
            end(element)
        }
        end(start)
    }
}

import OTLP
import Tracing

extension ProtobufWriter {
    /// Repeated KeyValue messages; returns how many the limit left out.
    mutating func attributes(_ number: UInt32, _ attributes: SpanAttributes) -> UInt32 {
        var written = 0
        var dropped: UInt32 = 0
        attributes.forEach { key, value in
            guard written < Limits.attributesMax else { return dropped += 1 }
            written += 1
            message(number) { writer in
                writer.string(1, key)
                writer.message(2) { $0.anyValue(value) }
            }
        }
        return dropped
    }

    mutating func attribute(_ number: UInt32, _ key: String, _ text: String) {
        message(number) { writer in
            writer.string(1, key)
            writer.message(2) { $0.alwaysString(1, text) }
        }
    }

    private mutating func anyValue(_ value: SpanAttribute) {
        switch value {
        case .string(let value): alwaysString(1, value)
        case .bool(let value): alwaysBool(2, value)
        case .int32(let value): anyValue(Scalar.int(Int64(value)))
        case .int64(let value): anyValue(Scalar.int(value))
        case .double(let value): anyValue(Scalar.double(value))
        case .stringArray(let values): array(values) { $0.alwaysString(1, $1) }
        case .boolArray(let values): array(values) { $0.alwaysBool(2, $1) }
        case .int32Array(let values): array(values) { $0.anyValue(Scalar.int(Int64($1))) }
        case .int64Array(let values): array(values) { $0.anyValue(Scalar.int($1)) }
        case .doubleArray(let values): array(values) { $0.anyValue(Scalar.double($1)) }
        case .stringConvertible(let value): anyValue(Scalar(value))
        case .stringConvertibleArray(let values): array(values) { $0.anyValue(Scalar($1)) }
        default: alwaysString(1, String(describing: value))
        }
    }

    /// The fields of an AnyValue message that holds one scalar.
    mutating func anyValue(_ scalar: Scalar) {
        switch scalar {
        case .string(let value): alwaysString(1, value)
        case .bool(let value): alwaysBool(2, value)
        case .int(let value): alwaysUInt64(3, UInt64(bitPattern: value))
        case .double(let value): alwaysFixed64(4, value.bitPattern)
        }
    }

    private mutating func array<Value>(_ values: [Value], _ body: (inout ProtobufWriter, Value) -> Void) {
        message(5) { writer in
            for value in values { writer.message(1) { body(&$0, value) } }
        }
    }
}

import Logging
import OTLP

extension ProtobufWriter {
    /// One KeyValue message.
    mutating func attribute(_ number: UInt32, _ key: String, _ value: Logger.MetadataValue, depth: Int = 1) {
        message(number) { writer in
            writer.string(1, key)
            writer.message(2) { $0.anyValue(value, depth: depth) }
        }
    }

    private mutating func anyValue(_ value: Logger.MetadataValue, depth: Int) {
        switch value {
        case .string(let text):
            alwaysString(1, text)
        case .stringConvertible(let value):
            anyValue(Scalar(value))
        case .array(let values) where depth < Limits.metadataDepthMax:
            message(5) { writer in
                for value in values { writer.message(1) { $0.anyValue(value, depth: depth + 1) } }
            }
        case .dictionary(let members) where depth < Limits.metadataDepthMax:
            message(6) { writer in
                for (key, value) in members.sorted(by: { $0.key < $1.key }) {
                    writer.attribute(1, key, value, depth: depth + 1)
                }
            }
        case .array, .dictionary:
            alwaysString(1, value.description)
        }
    }
}

import Logging
import OTLP

extension JSONWriter {
    mutating func members(_ metadata: [(key: String, value: Logger.MetadataValue)]) {
        for (key, value) in metadata {
            self.key(key)
            self.value(value, depth: 1)
        }
    }

    private mutating func value(_ value: Logger.MetadataValue, depth: Int) {
        switch value {
        case .string(let text):
            self.value(text)
        case .stringConvertible(let value):
            scalar(Scalar(value))
        case .array(let values) where depth < Limits.metadataDepthMax:
            array { writer in
                for value in values { writer.value(value, depth: depth + 1) }
            }
        case .dictionary(let members) where depth < Limits.metadataDepthMax:
            object { writer in
                for (key, value) in members.sorted(by: { $0.key < $1.key }) {
                    writer.key(key)
                    writer.value(value, depth: depth + 1)
                }
            }
        case .array, .dictionary:
            self.value(value.description)
        }
    }

    private mutating func scalar(_ scalar: Scalar) {
        switch scalar {
        case .string(let text): value(text)
        case .bool(let flag): value(flag)
        case .int(let number): value(number)
        case .double(let number): value(number)
        }
    }
}

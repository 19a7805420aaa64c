/// A value that telemetry keeps with its type; everything else becomes its description.
enum Scalar {
    case string(String)
    case bool(Bool)
    case int(Int64)
    case double(Double)

    init(_ value: any CustomStringConvertible) {
        switch value {
        case let value as String: self = .string(value)
        case let value as Bool: self = .bool(value)
        case let value as Int: self = .int(Int64(value))
        case let value as Double: self = .double(value)
        case let value as Float: self = .double(Double(value))
        case let value as any FixedWidthInteger:
            self = Int64(exactly: value).map(Scalar.int) ?? .string(value.description)
        default: self = .string(value.description)
        }
    }
}

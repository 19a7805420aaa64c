/// A value that telemetry keeps with its type; everything else becomes its description.
enum Scalar {
    case string(String)
    case bool(Bool)
    case int(Int64)
    case double(Double)

    init(_ value: any CustomStringConvertible) {
        self = Self.make(value)
    }

    /// Compares types instead of casting: a cast costs more than all the rest of writing a field.
    private static func make<Value: CustomStringConvertible>(_ value: Value) -> Scalar {
        if Value.self == String.self { return .string(unsafeBitCast(value, to: String.self)) }
        if Value.self == Int.self { return .int(Int64(unsafeBitCast(value, to: Int.self))) }
        if Value.self == Bool.self { return .bool(unsafeBitCast(value, to: Bool.self)) }
        if Value.self == Double.self { return .double(unsafeBitCast(value, to: Double.self)) }
        if Value.self == Float.self { return .double(Double(unsafeBitCast(value, to: Float.self))) }
        if let value = value as? any FixedWidthInteger, let number = Int64(exactly: value) { return .int(number) }
        return .string(value.description)
    }
}

/// A value of one of the seven kinds that OpenTelemetry knows, or the value that was sent without a kind.
///
/// Equality is by bits: NaN equals itself and −0.0 differs from 0.0, because what comes in must go out.
///
/// Source: opentelemetry-proto 1.x, `AnyValue`.
public enum AttributeValue: Sendable {
    /// An `AnyValue` message whose `oneof` is not set.
    case empty
    case string(String)
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case bytes([UInt8])
    case array([AttributeValue])
    /// `KeyValueList`: ordered, keys may repeat.
    case map([Attribute])
}

extension AttributeValue: Hashable {
    public static func == (left: AttributeValue, right: AttributeValue) -> Bool {
        switch (left, right) {
        case (.empty, .empty): true
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.bool(let left), .bool(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.double(let left), .double(let right)): left.bitPattern == right.bitPattern
        case (.bytes(let left), .bytes(let right)): left == right
        case (.array(let left), .array(let right)): left == right
        case (.map(let left), .map(let right)): left == right
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .empty: hasher.combine(0)
        case .string(let value): hasher.combine(value)
        case .bool(let value): hasher.combine(value)
        case .int(let value): hasher.combine(value)
        case .double(let value): hasher.combine(value.bitPattern)
        case .bytes(let value): hasher.combine(value)
        case .array(let value): hasher.combine(value)
        case .map(let value): hasher.combine(value)
        }
    }
}

extension AttributeValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
}

extension AttributeValue {
    /// The text of a `.string`, `nil` for every other kind.
    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The number of an `.int`, `nil` for every other kind.
    public var int: Int64? {
        if case .int(let value) = self { value } else { nil }
    }
}

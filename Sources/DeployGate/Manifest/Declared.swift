/// What a manifest says about one setting.
public enum Declared<Value: Sendable>: Sendable {
    /// Nothing: the platform's default would apply, which nobody chose.
    case absent
    /// Inherited values (a template's globals) stand where they were written.
    case value(Value, Place)
    /// Something that only the deployment itself can know, and why.
    case unresolved(String, Place)

    public var value: Value? {
        if case .value(let value, _) = self { value } else { nil }
    }

    public var place: Place? {
        switch self {
        case .absent: nil
        case .value(_, let place), .unresolved(_, let place): place
        }
    }

    public var isAbsent: Bool {
        if case .absent = self { true } else { false }
    }

    /// The same with another value; `nil` from `transform` is a value that cannot be understood.
    func map<Other>(_ expected: String, _ transform: (Value) -> Other?) -> Declared<Other> {
        switch self {
        case .absent: return .absent
        case .unresolved(let reason, let place): return .unresolved(reason, place)
        case .value(let value, let place):
            guard let other = transform(value) else {
                return .unresolved("got \(Quote.short("\(value)")); must be \(expected)", place)
            }
            return .value(other, place)
        }
    }

    /// This, or what is inherited.
    func or(_ inherited: @autoclosure () -> Declared) -> Declared {
        isAbsent ? inherited() : self
    }
}

extension Declared: Equatable where Value: Equatable {}

/// One key with its value, in the order it was sent. Keys may repeat; nothing is merged.
///
/// Source: opentelemetry-proto 1.x, `KeyValue`.
public struct Attribute: Hashable, Sendable {
    public var key: String
    /// `nil` when the wire carried a key without any value message; distinct from `.empty`.
    public var value: AttributeValue?

    public init(key: String, value: AttributeValue?) {
        self.key = key
        self.value = value
    }

    public init(_ key: String, _ value: AttributeValue) {
        self.key = key
        self.value = value
    }
}

extension [Attribute] {
    /// The value of the first attribute with this key.
    public subscript(key: String) -> AttributeValue? {
        first { $0.key == key }?.value
    }
}

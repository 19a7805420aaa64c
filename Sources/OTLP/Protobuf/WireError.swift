/// Bytes that are not the protobuf message they were said to be. Never worth a retry.
public struct WireError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The message ends inside a field.
        case truncated
        /// A varint of more than ten bytes.
        case oversizedVarint
        /// A length that points beyond the enclosing message.
        case lengthBeyondMessage
        /// A wire type that protobuf 3 does not use (groups) or does not know.
        case unknownWireType
        /// A known field with another wire type than its definition says.
        case wrongWireType
        /// Field number zero.
        case invalidFieldNumber
        /// More bytes than 32-bit positions can address.
        case tooLarge
    }

    public var code: Code
    /// Where in the request body, in bytes from its start.
    public var offset: Int

    public init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }

    public var description: String {
        let reason =
            switch code {
            case .truncated: "the message ends inside a field"
            case .oversizedVarint: "a varint is longer than ten bytes"
            case .lengthBeyondMessage: "a length points beyond its message"
            case .unknownWireType: "a field has a wire type that proto3 does not use"
            case .wrongWireType: "a field has another wire type than OTLP defines"
            case .invalidFieldNumber: "a field has number zero"
            case .tooLarge: "the body is larger than 2 GiB"
            }
        return "cannot read protobuf at byte \(offset): \(reason)"
    }
}

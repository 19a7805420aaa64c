/// Bytes that are not the JSON they were said to be. Never worth a retry.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The text ends inside a value.
        case truncated
        /// A byte that the grammar does not allow where it stands.
        case unexpectedByte
        /// Something behind the value.
        case trailingBytes
        /// A string with bytes that are not UTF-8, a control character, or an escape that is none.
        case invalidString
        /// A known field with another JSON type than its definition allows.
        case wrongType
        /// A number that its field cannot hold.
        case outOfRange
        /// An enum name that its field does not know.
        case unknownName
        /// Bytes that are not Base64.
        case invalidBase64
    }

    public var code: Code
    /// Where in the text, in bytes from its start.
    public var offset: Int
    /// The names and indexes that lead there: `resourceSpans[0].scopeSpans[0].spans[2].name`; empty at the top.
    public var path: String
    /// What is wrong, in words: "got an object; must be a string".
    public var message: String

    public init(_ code: Code, at offset: Int, path: String = "", _ message: String) {
        self.code = code
        self.offset = offset
        self.path = path
        self.message = message
    }

    public var description: String {
        "cannot read JSON at byte \(offset)\(path.isEmpty ? "" : " (\(path))"): \(message)"
    }
}

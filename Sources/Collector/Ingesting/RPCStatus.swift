import OTLP

/// What went wrong with a request, as `google.rpc.Status` says it.
///
/// Source: OTLP specification 1.x, "Failures"; google/rpc/status.proto and code.proto.
public struct RPCStatus: Error, Hashable, Sendable {
    public var code: Code
    public var message: String

    public enum Code: Int32, Sendable, CaseIterable {
        case invalidArgument = 3
        case notFound = 5
        case resourceExhausted = 8
        /// A body over the limit: sending it again cannot help.
        case outOfRange = 11
        case unimplemented = 12
        case `internal` = 13
        case unavailable = 14
    }

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    func encoded(as type: ContentType) -> [UInt8] {
        switch type {
        case .protobuf:
            var writer = ProtobufWriter()
            writer.int32(1, code.rawValue)
            writer.string(2, message)
            return writer.bytes
        case .json:
            var writer = JSONWriter()
            writer.object { writer in
                writer.member("code", code.rawValue)
                writer.member("message", message)
            }
            return writer.bytes
        }
    }
}

/// The two encodings of OTLP/HTTP.
enum ContentType: String, Sendable {
    case protobuf = "application/x-protobuf"
    case json = "application/json"

    /// The type of a `Content-Type` header, whatever its parameters; `nil` for any other.
    init?(header: String?) {
        let type = header?.split(separator: ";", maxSplits: 1).first?.lowercased()
        self.init(rawValue: type.map { $0.filter { !$0.isWhitespace } } ?? "")
    }
}

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

    /// Whether the sender is to send the same again, after `Limits.retryAfterSeconds`.
    var isRetryable: Bool { code == .resourceExhausted || code == .unavailable }

    func encoded(as type: ContentType) -> [UInt8] {
        switch type {
        case .protobuf:
            var writer = ProtobufWriter()
            writer.int32(1, code.rawValue)
            writer.string(2, message)
            if isRetryable { writer.message(3) { RPCStatus.writeRetryInfo(&$0) } }
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

    /// A `google.protobuf.Any` with a `google.rpc.RetryInfo`: without it a sender must not take RESOURCE_EXHAUSTED for
    /// something that passes.
    private static func writeRetryInfo(_ writer: inout ProtobufWriter) {
        writer.string(1, "type.googleapis.com/google.rpc.RetryInfo")
        writer.message(2) { retryInfo in
            retryInfo.message(1) { $0.uint64(1, UInt64(Limits.retryAfterSeconds)) }
        }
    }
}

/// The two encodings of OTLP/HTTP.
enum ContentType: String, Sendable {
    case protobuf = "application/x-protobuf"
    case json = "application/json"

    /// The type of a `Content-Type` header, whatever its parameters; `nil` for any other.
    init?(header: String?) {
        guard let header else { return nil }
        // As nearly every sender writes it: what follows goes through the text character by character.
        if let type = ContentType(rawValue: header) {
            self = type
            return
        }
        let type = header.split(separator: ";", maxSplits: 1).first?.lowercased()
        self.init(rawValue: type.map { $0.filter { !$0.isWhitespace } } ?? "")
    }
}

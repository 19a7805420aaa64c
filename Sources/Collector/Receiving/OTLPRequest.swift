import NIOHTTP1
import OTLP

/// What a request's head asks for, decided before a byte of its body is read.
enum OTLPRequest {
    /// A body of this kind is to be taken.
    case export(signal: Signal, type: ContentType, encoding: ContentEncoding)
    /// The answer stands already.
    case refusal(HTTPResponseStatus, RPCStatus, signal: Signal?, allow: String? = nil)

    init(_ head: HTTPRequestHead, limits: Limits) {
        let path = head.uri.utf8.prefix { $0 != UInt8(ascii: "?") }
        guard let signal = Signal.allCases.first(where: { path.elementsEqual($0.path.utf8) }) else {
            self = .refusal(
                .notFound, RPCStatus(.notFound, "no such path; post to /v1/traces, /v1/logs or /v1/metrics"),
                signal: nil)
            return
        }
        guard head.method == .POST else {
            self = .refusal(
                .methodNotAllowed, RPCStatus(.unimplemented, "OTLP is sent with POST"), signal: signal, allow: "POST")
            return
        }
        guard let type = ContentType(header: head.headers.first(name: "content-type")) else {
            self = .refusal(
                .unsupportedMediaType,
                RPCStatus(
                    .unimplemented, "cannot read this content type; send application/x-protobuf or application/json"),
                signal: signal)
            return
        }
        let encodings = head.headers[canonicalForm: "content-encoding"]
        guard encodings.count <= 1, let encoding = ContentEncoding(header: encodings.first.map(String.init)) else {
            self = .refusal(
                .unsupportedMediaType,
                RPCStatus(.unimplemented, "cannot read this content encoding; send identity, gzip, deflate or zstd"),
                signal: signal)
            return
        }
        if let length = head.headers.first(name: "content-length").flatMap(Int.init), length > limits.requestBytesMax {
            self = .refusal(.payloadTooLarge, .tooLarge(limits), signal: signal)
            return
        }
        self = .export(signal: signal, type: type, encoding: encoding)
    }
}

extension Signal {
    /// Where it is posted to.
    fileprivate var path: String {
        switch self {
        case .traces: "/v1/traces"
        case .logs: "/v1/logs"
        case .metrics: "/v1/metrics"
        }
    }
}

extension RPCStatus.Code {
    /// The HTTP status that carries it. 429 and 503 are the ones that senders retry.
    var httpStatus: HTTPResponseStatus {
        switch self {
        case .invalidArgument: .badRequest
        case .notFound: .notFound
        case .resourceExhausted, .unavailable: .serviceUnavailable
        case .outOfRange: .payloadTooLarge
        case .unimplemented: .unsupportedMediaType
        case .internal: .internalServerError
        }
    }
}

import Foundation
public import Hummingbird

/// A request as API Gateway's HTTP API and function URLs send it to AWS Lambda, payload version 2.0.
public struct APIRequest: Decodable, Sendable {
    public var routeKey: String
    private var pathParameters: [String: String]?

    public init(_ event: [UInt8]) throws {
        self = try JSONDecoder().decode(APIRequest.self, from: Data(event))
    }

    public subscript(parameter: String) -> String { pathParameters?[parameter] ?? "" }
}

/// The answer to such a request.
public struct APIAnswer: Encodable, Sendable {
    public var statusCode: Int
    public var headers: [String: String] = [:]
    public var body: String

    public init(_ statusCode: Int, _ body: String = "") {
        self.statusCode = statusCode
        self.body = body
    }

    /// What the function refuses, it refuses in the same words as behind a server of its own.
    public init(_ error: HTTPError) {
        self.init(error.status.code, error.body ?? error.status.reasonPhrase)
    }

    public func encoded(requestID: String) throws -> [UInt8] {
        var answer = self
        answer.headers["x-request-id"] = requestID
        return Array(try JSONEncoder().encode(answer))
    }
}

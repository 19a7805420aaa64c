// Stands in for swift-aws-lambda-runtime and its events, which are no dependency of this package.
struct APIGatewayV2Request: Sendable {
    struct Context: Sendable { var http: HTTP }
    struct HTTP: Sendable { var method: Method }
    struct Method: Sendable { var rawValue: String }
    var context: Context
    var rawPath: String
    var rawQueryString: String
    var routeKey: String
    var headers: [String: String]
}
struct APIGatewayV2Response: Sendable {
    struct Status: Sendable { var code: UInt }
    var statusCode: Status
}
struct LambdaClock: Sendable {
    struct Instant: Sendable { func duration(to other: Instant) -> Duration { .zero } }
    var now: Instant { Instant() }
}
struct LambdaContext: Sendable {
    var requestID: String
    var traceID: String
    var invokedFunctionARN: String
    var deadline: LambdaClock.Instant
}
struct LambdaRuntime {
    init(_ body: @escaping @Sendable (APIGatewayV2Request, LambdaContext) async throws -> APIGatewayV2Response) {}
    func run() async throws {}
}
func answer(_ event: APIGatewayV2Request) async throws -> APIGatewayV2Response { .init(statusCode: .init(code: 200)) }

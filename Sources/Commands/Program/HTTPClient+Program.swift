public import AsyncHTTPClient

extension HTTPClient {
    /// The client of a program that somebody waits for: where nobody listens the answer comes at once, not after half a minute
    /// of trying again.
    public static let program: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
}

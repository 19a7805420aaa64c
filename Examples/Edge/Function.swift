import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Another function, called over HTTP. The client makes the span of the call and sends the request's context along.
struct Function: Sendable {
    let name: String
    let url: String

    struct Answer {
        var status: Int
        var body: String
    }

    func post(_ path: String) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = .POST
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(5))
        let body = try await response.body.collect(upTo: 64 << 10)
        return Answer(status: Int(response.status.code), body: String(buffer: body))
    }
}

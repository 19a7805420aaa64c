import AsyncHTTPClient
import Foundation
import Hummingbird
import NIOCore
import NIOHTTP1
import TelemetryAsyncHTTPClient

/// One element of what the harness posts: a URL, and the body that it is to get.
struct Call: Codable {
    var url: String
    var arguments: [Call]

    func make(with client: HTTPClient) async throws {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(arguments)))
        let response = try await client.execute(request, timeout: .seconds(5), template: nil)
        _ = try await response.body.collect(upTo: 1 << 20)
    }
}

extension [Call] {
    /// Nothing posted is nothing to call.
    init(json body: ByteBuffer) throws {
        guard body.readableBytes > 0 else {
            self = []
            return
        }
        do {
            self = try JSONDecoder().decode([Call].self, from: Data(body.readableBytesView))
        } catch {
            throw HTTPError(.badRequest, message: "cannot read the calls: must be a JSON array of {url, arguments}")
        }
    }
}

import NIOHTTP1
import TelemetryAsyncHTTPClient
import Testing

@Suite struct ClientTests {
    @Test(
        arguments: [
            ("http://example.com/a?b=c", "http", "example.com", 80),
            ("https://example.com", "https", "example.com", 443),
            ("HTTP://Example.com:8080/x", "http", "Example.com", 8080), ("http://[::1]:4318/v1", "http", "[::1]", 4318),
            ("https://[2001:db8::1]", "https", "[2001:db8::1]", 443),
            ("http://user:secret@host:81/x@y", "http", "host", 81),
            ("http+unix://%2Ftmp%2Fsocket/x", "http+unix", "%2Ftmp%2Fsocket", nil),
            ("http://host:port/", "http", "host", 80),
        ] as [(String, String, String, Int?)])
    func aServerIsNamedWithoutItsSecrets(url: String, scheme: String, host: String, port: Int?) throws {
        let address = try #require(ServerAddress(url: url))
        #expect(address.scheme == scheme)
        #expect(address.host == host)
        #expect(address.port == port)
    }

    @Test(arguments: ["", "example.com", "http://", "http:///path", "/path", "http://:80"])
    func whatIsNoURLNamesNoServer(url: String) {
        #expect(ServerAddress(url: url) == nil)
    }

    @Test func whatIsWrittenReplacesWhatWasThere() {
        var headers: HTTPHeaders = ["TraceParent": "old", "x": "y", "traceparent": "older"]
        HTTPHeadersCarrier().inject("new", forKey: "traceparent", into: &headers)
        #expect(headers["traceparent"] == ["new"])
        #expect(headers["x"] == ["y"])
    }

    @Test func whatCameTwiceIsReadAsOne() {
        let headers: HTTPHeaders = ["traceparent": "a", "TRACEPARENT": "b"]
        #expect(HTTPHeadersCarrier().extract(key: "traceparent", from: headers) == "a,b")
        #expect(HTTPHeadersCarrier().extract(key: "tracestate", from: headers) == nil)
    }
}

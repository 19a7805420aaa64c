import Telemetry
import Testing

/// Answers of the runtime API, however they arrive.
@Suite struct RuntimeResponseTests {
    private static let head =
        "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 8476a536-e9f4\r\nContent-Type: application/json\r\n"

    @Test(
        arguments: [
            ("\(head)Content-Length: 5\r\n\r\nhello", 200, "hello", true),
            ("\(head)content-length: 0\r\n\r\n", 200, "", true),
            ("\(head)Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n", 200, "hello", true),
            ("\(head)Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nTrailer: x\r\n\r\n", 200, "hello", true),
            ("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", 202, "{}", false),
            ("HTTP/1.1 204 No Content\r\n\r\n", 204, "", true),
            ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, "x", false),
        ])
    func anAnswerIsReadByteByByte(text: String, status: Int, body: String, keepsConnection: Bool) throws {
        let bytes = Array(text.utf8)
        var parser = RuntimeResponseParser()
        for index in bytes.indices.dropLast() {
            #expect(try parser.append(bytes[index...index]) == nil, "after \(index)")
        }
        let response = try #require(try parser.append(bytes.suffix(1)))
        #expect(response.status == status)
        #expect(response.body == Array(body.utf8))
        #expect(response.keepsConnection == keepsConnection)

        var whole = RuntimeResponseParser()
        #expect(try whole.append(bytes[...])?.body == Array(body.utf8))
    }

    @Test func aFieldIsFoundInAnyCase() throws {
        var parser = RuntimeResponseParser()
        let response = try #require(try parser.append(Array("\(Self.head)Content-Length: 0\r\n\r\n".utf8)[...]))
        #expect(response.field("lambda-runtime-aws-request-id") == "8476a536-e9f4")
        #expect(response.field("lambda-runtime-deadline-ms") == nil)
    }

    @Test func aBodyWithoutLengthEndsWithTheConnection() throws {
        var parser = RuntimeResponseParser()
        #expect(try parser.append(Array("\(Self.head)\r\nhel".utf8)[...]) == nil)
        #expect(try parser.append(Array("lo".utf8)[...]) == nil)
        let response = try parser.end()
        #expect(response.body == Array("hello".utf8))
        #expect(!response.keepsConnection)
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\n", "\(head)Content-Length: 5\r\n\r\nhell",
        "\(head)Transfer-Encoding: chunked\r\n\r\n5\r\nhe",
    ])
    func aConnectionThatEndsTooSoonIsAnError(text: String) throws {
        var parser = RuntimeResponseParser()
        #expect(try parser.append(Array(text.utf8)[...]) == nil)
        #expect(throws: RuntimeResponseParser.Malformed.self) { try parser.end() }
    }

    @Test(arguments: [
        "SSH-2.0-x\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", "\(head)Content-Length: -1\r\n\r\n", "\(head)Content-Length: x\r\n\r\n",
        "\(head)Content-Length: 99999999999\r\n\r\n", "\(head)Content-Length: 99999999999999999999\r\n\r\n",
        "\(head)Transfer-Encoding: chunked\r\n\r\nxyz\r\n", "\(head)Transfer-Encoding: chunked\r\n\r\nffffffffff\r\n",
        "\(head)Transfer-Encoding: chunked\r\n\r\n-5\r\n",
        "HTTP/1.1 200 OK\r\nX: \(String(repeating: "x", count: 70_000))",
    ])
    func whatIsNotAnAnswerIsAnError(text: String) {
        var parser = RuntimeResponseParser()
        #expect(throws: RuntimeResponseParser.Malformed.self) { try parser.append(Array(text.utf8)[...]) }
    }
}

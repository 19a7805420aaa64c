/// An answer of the runtime API: a head whose fields matter, and a body that may be large.
package struct RuntimeResponse: Sendable {
    package var status: Int
    package var fields: [(name: String, value: String)]
    package var body: [UInt8] = []
    package var keepsConnection = true

    package func field(_ name: String) -> String? {
        fields.first { ASCIICase.equal($0.name, name) }?.value
    }
}

/// Puts an answer together from what arrives.
///
/// Bounds: Limits.runtimeHeadBytesMax and Limits.runtimeResponseBytesMax.
/// Source: RFC 9112. Bodies by Content-Length, in chunks, or until the connection closes.
package struct RuntimeResponseParser {
    package struct Malformed: Error, Hashable {
        package var reason: String
    }

    private enum Body {
        case counted(Int)
        case chunked
        case untilEnd
    }

    private var head: (response: RuntimeResponse, body: Body)?
    /// What has arrived and is not taken yet: the head, or chunks.
    private var waiting: [UInt8] = []
    /// How much of the head was looked through for its end.
    private var searched = 0
    private var body: [UInt8] = []

    package init() {}

    /// Returns the answer once it is complete.
    package mutating func append(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> RuntimeResponse? {
        guard let head else {
            waiting += bytes
            guard let end = headEnd() else {
                guard waiting.count <= Limits.runtimeHeadBytesMax else {
                    throw Malformed(reason: "its head is too long")
                }
                return nil
            }
            let rest = waiting[end...]
            self.head = try Self.parse(head: waiting[..<end])
            waiting = []
            return try append(rest)
        }
        guard body.count + waiting.count + bytes.count <= Limits.runtimeResponseBytesMax else {
            throw Malformed(reason: "its answer is longer than \(Limits.runtimeResponseBytesMax) bytes")
        }
        switch head.body {
        case .counted(let count):
            body += bytes
            return body.count >= count ? finish(Array(body.prefix(count))) : nil
        case .chunked:
            waiting += bytes
            return try takeChunks() ? finish(body) : nil
        case .untilEnd:
            body += bytes
            return nil
        }
    }

    /// The connection was closed: that may be the end of the body.
    package mutating func end() throws(Malformed) -> RuntimeResponse {
        guard case .untilEnd? = head?.body, var response = finish(body) else {
            throw Malformed(reason: "the connection was closed")
        }
        response.keepsConnection = false
        return response
    }

    private func finish(_ body: [UInt8]) -> RuntimeResponse? {
        var response = head?.response
        response?.body = body
        return response
    }

    private mutating func headEnd() -> Int? {
        let mark = Array("\r\n\r\n".utf8)
        while searched + mark.count <= waiting.count {
            if waiting[searched..<(searched + mark.count)].elementsEqual(mark) { return searched + mark.count }
            searched += 1
        }
        return nil
    }

    private static func parse(head: ArraySlice<UInt8>) throws(Malformed) -> (RuntimeResponse, Body) {
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        guard let statusLine = lines.first, statusLine.hasPrefix("HTTP/1."),
            let status = Int(statusLine.dropFirst("HTTP/1.1 ".count).prefix(3)), (200..<600).contains(status)
        else { throw Malformed(reason: "its answer is not HTTP/1.1") }
        var response = RuntimeResponse(status: status, fields: [])
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { throw Malformed(reason: "its answer is not HTTP/1.1") }
            response.fields.append((String(line[..<colon]), String(line[line.index(after: colon)...].trimmed)))
        }
        let connection = response.field("connection")?.lowercased()
        response.keepsConnection = statusLine.hasPrefix("HTTP/1.1") ? connection != "close" : connection == "keep-alive"
        if response.field("transfer-encoding")?.lowercased() == "chunked" { return (response, .chunked) }
        guard let length = response.field("content-length") else {
            return (response, status == 204 || status == 304 ? .counted(0) : .untilEnd)
        }
        guard let count = Int(length), count >= 0 else { throw Malformed(reason: "its answer has no length") }
        guard count <= Limits.runtimeResponseBytesMax else {
            throw Malformed(reason: "its answer is longer than \(Limits.runtimeResponseBytesMax) bytes")
        }
        return (response, .counted(count))
    }

    /// Moves whole chunks to the body; returns whether the last one was there.
    private mutating func takeChunks() throws(Malformed) -> Bool {
        var start = 0
        defer { waiting.removeFirst(start) }
        while let lineEnd = waiting[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let size = String(decoding: waiting[start..<lineEnd], as: UTF8.self).prefix { $0.isHexDigit }
            guard let count = Int(size, radix: 16), count <= Limits.runtimeResponseBytesMax else {
                throw Malformed(reason: "its answer is not HTTP/1.1")
            }
            // A last chunk ends with an empty line, after fields that nobody needs.
            if count == 0 {
                return waiting[lineEnd...].starts(with: Array("\n\r\n".utf8)) || hasEmptyLine(from: lineEnd)
            }
            guard waiting.count >= lineEnd + 1 + count + 2 else { return false }
            body += waiting[(lineEnd + 1)..<(lineEnd + 1 + count)]
            start = lineEnd + 1 + count + 2
        }
        return false
    }

    private func hasEmptyLine(from start: Int) -> Bool {
        let mark = Array("\r\n\r\n".utf8)
        guard waiting.count >= start + mark.count else { return false }
        return (start...(waiting.count - mark.count)).contains { waiting[$0..<($0 + mark.count)].elementsEqual(mark) }
    }
}

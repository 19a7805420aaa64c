/// The answer to an export.
///
/// Source: RFC 9112. Bodies by Content-Length, in chunks, or until the connection closes.
package struct HTTPResponse: Hashable, Sendable {
    package var status: Int
    /// What the collector asked for: seconds, or a date.
    package var retryAfter: Duration?
    package var body: [UInt8]
    package var keepsConnection: Bool

    package enum Parsed: Hashable, Sendable {
        case response(HTTPResponse)
        case needsMore
        case malformed
    }

    /// Reads what has arrived so far; `isComplete` says that no more will come.
    package static func parse(_ bytes: [UInt8], isComplete: Bool) -> Parsed {
        guard let headEnd = end(of: bytes) else { return .needsMore }
        let lines = String(decoding: bytes[..<headEnd], as: UTF8.self).split(separator: "\r\n")
        guard let statusLine = lines.first, statusLine.hasPrefix("HTTP/1."),
            let status = Int(statusLine.dropFirst("HTTP/1.1 ".count).prefix(3)), (100..<600).contains(status)
        else { return .malformed }
        // A provisional answer stands before the real one.
        if status < 200 { return parse(Array(bytes[headEnd...]), isComplete: isComplete) }
        var response = HTTPResponse(
            status: status, retryAfter: nil, body: [], keepsConnection: statusLine.hasPrefix("HTTP/1.1"))
        var length: Int?
        var isChunked = false
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return .malformed }
            let value = line[line.index(after: colon)...].trimmed
            switch line[..<colon].lowercased() {
            case "content-length":
                guard let count = Int(value), count >= 0 else { return .malformed }
                length = count
            case "transfer-encoding": isChunked = value.lowercased() == "chunked"
            case "connection": response.keepsConnection = value.lowercased() != "close"
            case "retry-after": response.retryAfter = RetryAfter.parse(value)
            default: continue
            }
        }
        let body = bytes[headEnd...]
        if status == 204 { return .response(response) }
        if isChunked { return chunks(body, response) }
        if let length {
            guard body.count >= length else { return .needsMore }
            response.body = Array(body.prefix(length))
            return .response(response)
        }
        guard isComplete else { return .needsMore }
        response.body = Array(body)
        response.keepsConnection = false
        return .response(response)
    }

    private static func end(of bytes: [UInt8]) -> Int? {
        let mark = Array("\r\n\r\n".utf8)
        guard bytes.count >= mark.count else { return nil }
        return (0...(bytes.count - mark.count)).first { bytes[$0..<($0 + mark.count)].elementsEqual(mark) }.map {
            $0 + mark.count
        }
    }

    private static func chunks(_ bytes: ArraySlice<UInt8>, _ head: HTTPResponse) -> Parsed {
        var response = head
        var rest = bytes
        while let lineEnd = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: rest[..<lineEnd], as: UTF8.self).prefix { $0.isHexDigit }
            guard let count = Int(line, radix: 16), count >= 0 else { return .malformed }
            let body = rest[(lineEnd + 1)...]
            if count == 0 { return body.contains(UInt8(ascii: "\n")) ? .response(response) : .needsMore }
            guard count <= Limits.responseBytesMax else { return .malformed }
            guard body.count >= count + 2 else { return .needsMore }
            response.body += body.prefix(count)
            rest = body.dropFirst(count + 2)
        }
        return .needsMore
    }
}

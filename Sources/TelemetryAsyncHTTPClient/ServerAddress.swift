import Tracing

/// Host and port of a URL, for the span: never its query, which may hold secrets, nor its user.
package struct ServerAddress: Hashable, Sendable {
    package var scheme: String
    package var host: String
    package var port: Int?

    package init?(url: String) {
        guard let schemeEnd = url.firstRange(of: "://") else { return nil }
        scheme = url[..<schemeEnd.lowerBound].lowercased()
        let authority = url[schemeEnd.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let place = authority.lastIndex(of: "@").map { authority.index(after: $0) } ?? authority.startIndex
        let address = authority[place...]
        let hostEnd =
            address.first == "[" ? address.firstIndex(of: "]").map(address.index(after:)) : address.firstIndex(of: ":")
        host = String(address[..<(hostEnd ?? address.endIndex)])
        port = hostEnd.flatMap { Int(address[$0...].dropFirst()) } ?? ["http": 80, "https": 443][scheme]
        guard !host.isEmpty else { return nil }
    }

    func describe(_ span: any Span) {
        span.attributes["url.scheme"] = scheme
        span.attributes["server.address"] = host
        span.attributes["server.port"] = port
    }
}

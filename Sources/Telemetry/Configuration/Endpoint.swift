public import OTLP

extension Telemetry {
    /// The address of an OTLP/HTTP receiver.
    public struct Endpoint: Hashable, Sendable {
        /// `https`: needs the exporter of `TelemetryHTTPS`.
        public var isSecure: Bool
        public var host: String
        public var port: UInt16
        /// Empty or beginning with a slash, without one at the end.
        public var path: String

        public init(host: String, port: UInt16, path: String = "", isSecure: Bool = false) {
            self.isSecure = isSecure
            self.host = host
            self.port = port
            self.path = path
        }

        /// 127.0.0.1:4318.
        public static let localCollector = Endpoint(host: "127.0.0.1", port: 4318)

        /// Where that signal goes below this address.
        ///
        /// Source: OpenTelemetry protocol exporter, endpoint URLs for OTLP/HTTP.
        public func appending(_ signal: Signal) -> Endpoint {
            var endpoint = self
            endpoint.path += "/v1/\(signal)"
            return endpoint
        }

        public var url: String { "\(isSecure ? "https" : "http")://\(authority)\(path)" }

        /// As the `Host` header has it.
        var authority: String { port == (isSecure ? 443 : 80) ? host : "\(host):\(port)" }
    }
}

extension Telemetry.Endpoint {
    /// Reads `http://host[:port][/path]`, or `https`; anything else is `nil`.
    public init?(_ url: String) {
        let isSecure = url.hasPrefix("https://")
        guard isSecure || url.hasPrefix("http://") else { return nil }
        let rest = url.dropFirst(isSecure ? "https://".count : "http://".count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        var path = rest[authority.endIndex...]
        guard path.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
        else { return nil }
        while path.hasSuffix("/") { path.removeLast() }
        guard let (host, port) = Self.hostAndPort(authority) else { return nil }
        self.init(host: host, port: port ?? (isSecure ? 443 : 80), path: String(path), isSecure: isSecure)
    }

    private static func hostAndPort(_ authority: Substring) -> (String, UInt16?)? {
        let hostEnd =
            authority.first == "["
            ? authority.firstIndex(of: "]").map(authority.index(after:))
            : authority.firstIndex(of: ":") ?? authority.endIndex
        guard let hostEnd else { return nil }
        let host = authority[..<hostEnd]
        let port = authority[hostEnd...]
        guard !host.isEmpty, host.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "@") }) else {
            return nil
        }
        if port.isEmpty { return (String(host), nil) }
        guard port.first == ":", let number = UInt16(port.dropFirst()), number > 0 else { return nil }
        return (String(host), number)
    }
}

public import Logging
import OTLP

extension Telemetry {
    /// Where telemetry goes and how much of it may wait.
    public struct Configuration: Sendable {
        /// `service.name`: the function.
        public var serviceName: String
        /// What else describes the process, by attribute name.
        public var resourceAttributes: [String: String]
        /// The collector, as `http://host:port`; `nil` sends nothing.
        public var endpoint: Endpoint?
        /// Sent with every export.
        public var headers: [(name: String, value: String)]
        /// How long one export may take.
        public var exportTimeout: Duration
        /// The longest that a record waits for company.
        public var exportInterval: Duration
        /// Records of one signal that may wait.
        public var waitingRecordsMax: Int
        public var logLevel: Logger.Level
        /// JSON log lines only: nothing is recorded for export.
        public var isDisabled: Bool

        /// The defaults of the OpenTelemetry specification, with a collector beside the function.
        public init(serviceName: String, endpoint: Endpoint? = .localCollector) {
            self.serviceName = serviceName
            self.endpoint = endpoint
            resourceAttributes = [:]
            headers = []
            exportTimeout = .seconds(10)
            exportInterval = .seconds(1)
            waitingRecordsMax = Limits.waitingRecordsMax
            logLevel = .info
            isDisabled = false
        }
    }

    /// The address of an OTLP/HTTP receiver.
    public struct Endpoint: Hashable, Sendable {
        public var host: String
        public var port: UInt16
        /// What stands before `/v1/traces`; empty or beginning with a slash, without one at the end.
        public var path: String

        public init(host: String, port: UInt16, path: String = "") {
            self.host = host
            self.port = port
            self.path = path
        }

        /// 127.0.0.1:4318.
        public static let localCollector = Endpoint(host: "127.0.0.1", port: 4318)
    }
}

extension Telemetry.Endpoint {
    /// Reads `http://host[:port][/path]`; anything else, `https` too, is `nil`.
    public init?(_ url: String) {
        guard url.hasPrefix("http://") else { return nil }
        let rest = url.dropFirst("http://".count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        var path = rest[authority.endIndex...]
        guard !path.contains(where: { $0 == "?" || $0 == "#" || !$0.isASCII || $0.isWhitespace }) else { return nil }
        while path.hasSuffix("/") { path.removeLast() }
        guard let (host, port) = Self.hostAndPort(authority) else { return nil }
        self.init(host: host, port: port, path: String(path))
    }

    private static func hostAndPort(_ authority: Substring) -> (String, UInt16)? {
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
        if port.isEmpty { return (String(host), 80) }
        guard port.first == ":", let number = UInt16(port.dropFirst()), number > 0 else { return nil }
        return (String(host), number)
    }
}

package import OTLP
import Synchronization

/// OTLP/HTTP over one kept connection, in plain text: to a collector or agent beside the function.
///
/// Source: OTLP specification 1.x, OTLP/HTTP.
package final class OTLPHTTPExporter: Exporter {
    private let routes: SignalTable<Route>
    private let connection: Mutex<HTTPConnection>

    /// Where one signal goes, and how.
    package struct Route: Sendable {
        package let endpoint: Telemetry.Endpoint
        let encoding: Telemetry.Encoding
        let compression: Telemetry.Compression
        /// Everything of the head but the length, which stands last.
        let head: [UInt8]

        package init(endpoint: Telemetry.Endpoint, _ settings: Telemetry.SignalSettings) {
            self.endpoint = endpoint
            encoding = settings.encoding
            compression = settings.compression
            var lines = ["POST \(endpoint.path.isEmpty ? "/" : endpoint.path) HTTP/1.1", "Host: \(endpoint.authority)"]
            lines += OTLPRequestBody.headers(settings).map { "\($0.name): \($0.value)" }
            lines.append("Content-Length: ")
            head = Array(lines.joined(separator: "\r\n").utf8)
        }
    }

    package init(host: String, port: UInt16, routes: SignalTable<Route>) {
        self.routes = routes
        connection = Mutex(HTTPConnection(host: host, port: port))
    }

    package func export(_ request: [UInt8], of signal: Signal, deadline: ContinuousClock.Instant) -> ExportOutcome {
        guard let route = routes[signal] else { return .refused(reason: "no endpoint for \(signal)") }
        let body = OTLPRequestBody.make(request, of: signal, route.encoding, route.compression)
        guard let body else { return .refused(reason: "the request cannot be read again") }
        var head = route.head
        head += "\(body.count)\r\n\r\n".utf8
        return connection.withLock { connection in
            do throws(HTTPConnection.Failure) {
                let response = try connection.exchange(head, body, deadline: deadline)
                return OTLPRequestBody.outcome(
                    status: response.status, retryAfter: response.retryAfter, body: response.body, route.encoding)
            } catch {
                return .retry(after: nil, reason: "\(route.endpoint.url): \(error.reason)")
            }
        }
    }
}

/// What an export over HTTP sends and how its answer reads, whoever carries it.
package enum OTLPRequestBody {
    package static func make(
        _ request: [UInt8], of signal: Signal, _ encoding: Telemetry.Encoding, _ compression: Telemetry.Compression
    ) -> [UInt8]? {
        let body = encoding == .json ? OTLPJSON.transcode(request, of: signal) : request
        return compression == .gzip ? body.map(Gzip.compress) : body
    }

    package static func headers(_ settings: Telemetry.SignalSettings) -> [(name: String, value: String)] {
        var headers = [
            (name: "Content-Type", value: settings.encoding == .json ? "application/json" : "application/x-protobuf"),
            (name: "User-Agent", value: "telemetry-swift/\(ProcessResource.scope.version)"),
        ]
        if settings.compression == .gzip { headers.append((name: "Content-Encoding", value: "gzip")) }
        // What the host gives must not end a header and begin another.
        return headers + settings.headers.filter { HeaderText.isName($0.name) && HeaderText.isValue($0.value) }
    }

    package static func outcome(
        status: Int, retryAfter: Duration?, body: [UInt8], _ encoding: Telemetry.Encoding
    ) -> ExportOutcome {
        switch status {
        case 200..<300:
            .delivered(
                rejected: encoding == .json
                    ? PartialSuccess.rejectedRecords(json: body) : PartialSuccess.rejectedRecords(in: body))
        case 429, 502, 503, 504:
            .retry(after: retryAfter, reason: "the collector answered \(status)")
        default:
            .refused(reason: "the collector answered \(status)")
        }
    }
}

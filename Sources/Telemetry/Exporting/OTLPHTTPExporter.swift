package import OTLP
import Synchronization

/// OTLP/HTTP with protobuf bodies over one kept connection.
///
/// Source: OTLP specification 1.x, OTLP/HTTP.
package final class OTLPHTTPExporter: Exporter {
    private let endpoint: Telemetry.Endpoint
    private let headers: [(name: String, value: String)]
    private let connection: Mutex<HTTPConnection>

    package init(endpoint: Telemetry.Endpoint, headers: [(name: String, value: String)] = []) {
        self.endpoint = endpoint
        self.headers = headers
        connection = Mutex(HTTPConnection(host: endpoint.host, port: endpoint.port))
    }

    package func export(_ request: [UInt8], of signal: Signal, deadline: ContinuousClock.Instant) -> ExportOutcome {
        let message = head(path: "\(endpoint.path)/v1/\(signal)", bodyBytes: request.count) + request
        return connection.withLock { connection in
            do throws(HTTPConnection.Failure) {
                return outcome(try connection.exchange(message, deadline: deadline))
            } catch {
                return .retry(after: nil, reason: "http://\(endpoint.host):\(endpoint.port): \(error.reason)")
            }
        }
    }

    private func head(path: String, bodyBytes: Int) -> [UInt8] {
        var lines = [
            "POST \(path) HTTP/1.1",
            "Host: \(endpoint.host):\(endpoint.port)",
            "Content-Type: application/x-protobuf",
            "Content-Length: \(bodyBytes)",
            "User-Agent: telemetry-swift/\(ProcessResource.scope.version)",
        ]
        lines += headers.map { "\($0.name): \($0.value)" }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    private func outcome(_ response: HTTPResponse) -> ExportOutcome {
        switch response.status {
        case 200..<300:
            .delivered(rejected: PartialSuccess.rejectedRecords(in: response.body))
        case 429, 502, 503, 504:
            .retry(after: response.retryAfter, reason: "the collector answered \(response.status)")
        default:
            .refused(reason: "the collector answered \(response.status)")
        }
    }
}

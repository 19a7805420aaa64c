import AsyncHTTPClient
import DeployGate
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Program

/// Probes a function through its HTTP endpoint.
///
/// The request carries the gate's id as `x-request-id` and as W3C baggage, and no `traceparent`: the trace begins in the
/// function, as it does for a user.
struct HTTPProber: Prober {
    /// `https://api.example.org/prod`, without a slash at its end.
    let base: String

    private static let timeout = TimeAmount.seconds(30)
    private static let answerBytesMax = 16 << 20

    func send(_ target: ProbeTarget, requestID: String) async -> ProbeAnswer {
        let parts = target.request.split(separator: " ", maxSplits: 1)
        let method = parts.count == 2 ? String(parts[0]).uppercased() : "GET"
        let path = String(parts.last ?? "/")
        let isWhole = path.hasPrefix("http://") || path.hasPrefix("https://")
        var request = HTTPClientRequest(url: isWhole ? path : base + (path.hasPrefix("/") ? path : "/" + path))
        request.method = HTTPMethod(rawValue: method)
        request.headers.add(name: "x-request-id", value: requestID)
        request.headers.add(name: "baggage", value: "request.id=\(requestID)")
        request.headers.add(name: "user-agent", value: "traceview-gate")
        if method != "GET", method != "HEAD" { request.headers.add(name: "content-length", value: "0") }
        do {
            let response = try await HTTPClient.program.execute(request, timeout: HTTPProber.timeout)
            _ = try? await response.body.collect(upTo: HTTPProber.answerBytesMax)
            let status = Int(response.status.code)
            return ProbeAnswer("HTTP \(status)", status < 400 ? .success : .failure)
        } catch {
            return ProbeAnswer("no answer (\(HTTPProber.reason(error)))", .silence)
        }
    }

    /// Why there is no answer, in a few words.
    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            guard let cause = error.connectionErrors.first?.error else { return "its name leads to no address" }
            return reason(cause)
        case let error as IOError: return String(cString: strerror(error.errnoCode))
        case let error as HTTPClientError where error == .connectTimeout || error == .deadlineExceeded:
            return "none within \(HTTPProber.timeout.nanoseconds / 1_000_000_000) s"
        default: return "\(error)"
        }
    }
}

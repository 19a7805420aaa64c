import AsyncHTTPClient
import NIOCore
import NIOHTTP1
public import OTLP
import Synchronization
public import Telemetry

/// OTLP/HTTP over TLS, to anywhere.
///
/// ```swift
/// Telemetry.bootstrap(.environment.overHTTPS())
/// ```
///
/// A product of its own, because TLS is larger than all the rest: who sends to an agent beside the function need not link it.
public final class HTTPSExporter: Exporter {
    private let routes: [Signal: Route]

    private struct Route {
        var url: String
        var headers: [(name: String, value: String)]
        var encoding: Telemetry.Encoding
        var compression: Telemetry.Compression
        var client: HTTPClient
    }

    /// Sends each signal that goes to a collector there, whether by `https` or `http`.
    ///
    /// A signal whose certificates cannot be read is not sent, and that is said.
    public init(_ configuration: Telemetry.Configuration) {
        var routes: [Signal: Route] = [:]
        var complaints: Set<String> = []
        for signal in Signal.allCases {
            let settings = configuration[signal]
            guard case .collector(let endpoint) = settings.destination else { continue }
            do throws(UnusableCertificate) {
                routes[signal] = Route(
                    url: endpoint.url, headers: OTLPRequestBody.headers(settings), encoding: settings.encoding,
                    compression: settings.compression, client: try Clients.client(for: settings.certificates))
            } catch {
                if complaints.insert(error.description).inserted { Diagnostics.say(error.description) }
            }
        }
        self.routes = routes
    }

    /// Whether it has somewhere to send this signal to.
    func sends(_ signal: Signal) -> Bool { routes[signal] != nil }

    public func export(_ request: [UInt8], of signal: Signal, deadline: ContinuousClock.Instant) -> ExportOutcome {
        guard let route = routes[signal] else { return .refused(reason: "no endpoint for \(signal)") }
        guard let body = OTLPRequestBody.make(request, of: signal, route.encoding, route.compression) else {
            return .refused(reason: "the request cannot be read again")
        }
        // The thread that sends is the library's own: it may wait.
        let answer = Answer()
        let task = Task.detached {
            answer.give(await Self.send(body, to: route, timeout: deadline - .now - Limits.lead))
        }
        guard let outcome = answer.wait(until: deadline) else {
            task.cancel()
            return .retry(after: nil, reason: "\(route.url): no answer in time")
        }
        return outcome
    }

    private static func send(_ body: [UInt8], to route: Route, timeout: Duration) async -> ExportOutcome {
        guard timeout > .zero else { return .retry(after: nil, reason: "\(route.url): no time left") }
        var request = HTTPClientRequest(url: route.url)
        request.method = .POST
        for (name, value) in route.headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(body)
        do {
            let response = try await route.client.execute(request, timeout: TimeAmount(timeout))
            let answer = try await response.body.collect(upTo: Limits.answerBytesMax)
            return OTLPRequestBody.outcome(
                status: Int(response.status.code),
                retryAfter: response.headers.first(name: "Retry-After").flatMap { RetryAfter.parse($0) },
                body: Array(answer.readableBytesView), route.encoding)
        } catch {
            return .retry(after: nil, reason: "\(route.url): \(ConnectionFailure.describe(error))")
        }
    }
}

extension Telemetry.Configuration {
    /// The same, with every signal that goes to a collector sent over TLS where its address says `https`.
    public func overHTTPS() -> Telemetry.Configuration {
        var configuration = self
        let exporter = HTTPSExporter(self)
        for signal in Signal.allCases {
            guard case .collector = self[signal].destination else { continue }
            configuration[signal].destination = exporter.sends(signal) ? .exporter(exporter) : .nowhere
        }
        return configuration
    }
}

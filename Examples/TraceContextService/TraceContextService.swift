import AsyncHTTPClient
import Hummingbird
import Logging
import Telemetry
import TelemetryAsyncHTTPClient
import TelemetryHummingbird

/// The service that W3C's trace context harness tests (github.com/w3c/trace-context, `test/`): it is told by the harness whom
/// to call, and calls them with its own context.
///
///     .build/release/trace-context-service 5000 &
///     SPEC_LEVEL=2 python test.py http://127.0.0.1:5000/test
@main
struct TraceContextService {
    static func main() async throws {
        let telemetry = Telemetry.bootstrap()
        let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 5000
        var configuration = HTTPClient.Configuration()
        configuration.tracing.tracer = nil
        let client = HTTPClient(configuration: configuration)

        let router = Router()
        router.add(middleware: TelemetryMiddleware())
        router.post("test") { request, context in
            let body = try await request.body.collect(upTo: 1 << 20)
            let calls = try [Call](json: body)
            for call in calls { try await call.make(with: client) }
            return "\(calls.count) calls made\n"
        }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
            logger: Logger(label: "trace-context-service"))
        try await application.runService()
        try await client.shutdown()
        await telemetry.shutdown()
    }
}

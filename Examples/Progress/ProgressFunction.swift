import FunctionEvents
import HTTPTypes
import Hummingbird
import Logging
import ServiceLifecycle
import Telemetry
import Tracing

/// Keeps what learners have completed. Messages arrive on a queue and are worked off one after the other.
///
/// On AWS Lambda it is a custom runtime behind SQS; everywhere else it has a queue of its own.
@main
struct ProgressFunction {
    static func main() async throws {
        let telemetry = Telemetry.bootstrap()
        let logger = Logger(label: "progress")
        let store = ProgressStore()

        if let runtime = Telemetry.LambdaRuntime() {
            return try await runtime.run { event, invocation in
                for (record, message) in zip(try QueueEvent(event).Records, invocation.messages) {
                    try await invocation.process(message) {
                        try await store.complete(lesson: record.body, logger: logger)
                    }
                }
                return Array("{}".utf8)
            }
        }

        let queue = CompletionQueue()

        let router = Router()
        router.post("queue/completions") { request, _ in
            await queue.send(
                CompletionMessage(
                    lesson: request.uri.queryParameters["lesson"].map(String.init) ?? "", headers: request.headers))
            return Response(status: .accepted)
        }

        let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8082
        var application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: logger)
        application.addServices(ProgressWorker(queue: queue, store: store, logger: logger))
        try await application.runService()
        await telemetry.shutdown()
    }
}

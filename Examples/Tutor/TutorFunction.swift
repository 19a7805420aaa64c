import HTTPTypes
import Hummingbird
import Logging
import Telemetry
import Tracing

/// Answers a learner's question with the help of a model.
@main
struct TutorFunction {
    static func main() async throws {
        let telemetry = Telemetry.bootstrap()
        let logger = Logger(label: "tutor")
        let tutor = Tutor(model: PretendModel(), logger: logger)

        let router = Router()
        router.add(middleware: TracingMiddleware())
        router.post("lessons/:lesson/hints") { _, context in
            try await tutor.hint(lesson: try context.parameters.require("lesson"))
        }

        let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8081
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: logger)
        try await application.runService()
        await telemetry.shutdown()
    }
}

import AsyncHTTPClient
import HTTPTypes
import Hummingbird
import Logging
import Telemetry
import Tracing

/// The front door of the platform: takes learners' requests and calls the functions behind it.
@main
struct EdgeFunction {
    static func main() async throws {
        let telemetry = Telemetry.bootstrap()
        let logger = Logger(label: "edge")
        let arguments = CommandLine.arguments
        let edge = Edge(
            tutor: Function(name: "tutor", url: arguments.count > 2 ? arguments[2] : "http://127.0.0.1:8081"),
            progress: Function(name: "progress", url: arguments.count > 3 ? arguments[3] : "http://127.0.0.1:8082"),
            logger: logger)

        let router = Router()
        router.add(middleware: TracingMiddleware())
        router.add(middleware: RequestIDMiddleware())
        router.post("lessons/:lesson/hints") { _, context in
            try await edge.hint(lesson: try context.parameters.require("lesson"))
        }
        router.post("lessons/:lesson/completion") { _, context in
            try await edge.complete(lesson: try context.parameters.require("lesson"))
        }

        let port = arguments.count > 1 ? Int(arguments[1]) ?? 8080 : 8080
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: logger)
        try await application.runService()
        await telemetry.shutdown()
    }
}

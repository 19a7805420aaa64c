import Foundation
import FunctionEvents
import Hummingbird
import Logging
import Telemetry
import TelemetryHummingbird

/// The front door of the platform: takes learners' requests and calls the functions behind it.
///
/// On AWS Lambda it is a custom runtime behind an HTTP API; everywhere else it serves HTTP itself.
@main
struct EdgeFunction {
    static func main() async throws {
        let telemetry = Telemetry.bootstrap()
        let logger = Logger(label: "edge")
        let arguments = CommandLine.arguments
        let environment = ProcessInfo.processInfo.environment
        let tutor = environment["TUTOR_URL"] ?? "http://127.0.0.1:8081"
        let progress = environment["PROGRESS_URL"] ?? "http://127.0.0.1:8082"
        let edge = Edge(
            tutor: Function(name: "tutor", url: arguments.count > 2 ? arguments[2] : tutor),
            progress: Function(name: "progress", url: arguments.count > 3 ? arguments[3] : progress),
            logger: logger)

        if let runtime = Telemetry.LambdaRuntime() {
            return try await runtime.run { event, invocation in
                let request = try APIRequest(event)
                return try await edge.answer(request).encoded(requestID: invocation.requestID)
            }
        }

        let router = Router()
        router.add(middleware: TelemetryMiddleware())
        router.post("lessons/:lesson/hints") { _, context in
            try await edge.hint(lesson: try context.parameters.require("lesson"))
        }
        router.post("lessons/:lesson/completion") { _, context in
            try await edge.complete(lesson: try context.parameters.require("lesson"))
            return Response(status: .accepted)
        }

        let port = arguments.count > 1 ? Int(arguments[1]) ?? 8080 : 8080
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: logger)
        try await application.runService()
        await telemetry.shutdown()
    }
}

extension Edge {
    func answer(_ request: APIRequest) async throws -> APIAnswer {
        do {
            switch request.routeKey {
            case "POST /lessons/{lesson}/hints":
                return APIAnswer(200, try await hint(lesson: request["lesson"]))
            case "POST /lessons/{lesson}/completion":
                try await complete(lesson: request["lesson"])
                return APIAnswer(202)
            default:
                return APIAnswer(404)
            }
        } catch let error as HTTPError {
            return APIAnswer(error)
        }
    }
}

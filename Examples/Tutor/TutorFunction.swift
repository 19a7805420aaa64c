import FunctionEvents
import Hummingbird
import Logging
import Telemetry
import TelemetryHummingbird

/// Answers a learner's question with the help of a model.
///
/// On AWS Lambda it is a custom runtime behind a function URL; everywhere else it serves HTTP itself.
@main
struct TutorFunction {
    static func main() async throws {
        let telemetry = Telemetry.bootstrap()
        let logger = Logger(label: "tutor")
        let tutor = Tutor(model: PretendModel(), logger: logger)

        if let runtime = Telemetry.LambdaRuntime() {
            return try await runtime.run { event, invocation in
                let request = try APIRequest(event)
                return try await tutor.answer(request).encoded(requestID: invocation.requestID)
            }
        }

        let router = Router()
        router.add(middleware: TelemetryMiddleware())
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

extension Tutor {
    func answer(_ request: APIRequest) async throws -> APIAnswer {
        guard request.routeKey == "POST /lessons/{lesson}/hints" else { return APIAnswer(404) }
        do {
            return APIAnswer(200, try await hint(lesson: request["lesson"]))
        } catch let error as HTTPError {
            return APIAnswer(error)
        }
    }
}

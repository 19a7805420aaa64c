import HTTPTypes
import Hummingbird
import Logging
import Tracing

struct Tutor: Sendable {
    let model: PretendModel
    let logger: Logger

    func hint(lesson: String) async throws -> String {
        let prompt = try await withSpan("build prompt") { span in
            span.attributes["lesson.id"] = lesson
            try await Task.sleep(for: .milliseconds(3))
            return "Give a hint for lesson \(lesson), without the solution."
        }
        do {
            return try await model.complete(prompt, lesson: lesson)
        } catch {
            logger.error("the model gave no answer", error: error, metadata: ["lesson.id": "\(lesson)"])
            throw HTTPError(.badGateway, message: "the tutor has no hint for lesson \(lesson)")
        }
    }
}

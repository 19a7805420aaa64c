import HTTPTypes
import Hummingbird
import Logging
import Tracing

struct Edge: Sendable {
    let tutor: Function
    let progress: Function
    let logger: Logger

    func hint(lesson: String) async throws -> String {
        logger.info("a learner asks for a hint", metadata: ["lesson.id": "\(lesson)"])
        let answer = try await tutor.post("/lessons/\(lesson)/hints")
        guard answer.status == 200 else {
            logger.warning(
                "the tutor has failed", metadata: ["http.response.status_code": .stringConvertible(answer.status)])
            throw HTTPError(.badGateway, message: "no hint for lesson \(lesson)")
        }
        return answer.body
    }

    /// The learner does not wait for the bookkeeping: it goes to a queue.
    func complete(lesson: String) async throws {
        let answer = try await withSpan("send completions", ofKind: .producer) { span in
            span.attributes["messaging.operation.type"] = "send"
            span.attributes["messaging.destination.name"] = "completions"
            return try await progress.post("/queue/completions?lesson=\(lesson)")
        }
        guard answer.status == 202 else { throw HTTPError(.serviceUnavailable, message: "the queue does not answer") }
        logger.info("lesson completed", metadata: ["lesson.id": "\(lesson)"])
    }
}

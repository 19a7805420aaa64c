import HTTPTypes
import Logging
import ServiceLifecycle
import Telemetry
import Tracing

/// Takes messages off the queue. Each begins a trace of its own, linked to the span that sent it: the sender has long
/// had its answer.
struct ProgressWorker: Service {
    let queue: CompletionQueue
    let store: ProgressStore
    let logger: Logger

    func run() async throws {
        for await message in queue.messages.cancelOnGracefulShutdown() {
            await process(message)
        }
    }

    private func process(_ message: CompletionMessage) async {
        var sender = InstrumentationContext.topLevel
        InstrumentationSystem.instrument.extract(message.headers, into: &sender, using: FieldExtractor())
        var context = InstrumentationContext.topLevel
        context.baggage = sender.baggage

        try? await withSpan("process completions", context: context, ofKind: .consumer) { span in
            span.addLink(SpanLink(context: sender, attributes: [:]))
            span.attributes["messaging.operation.type"] = "process"
            span.attributes["messaging.destination.name"] = "completions"
            let count = try await store.record(lesson: message.lesson)
            logger.info(
                "progress stored",
                metadata: ["lesson.id": "\(message.lesson)", "completions": .stringConvertible(count)])
        }
    }
}

private struct FieldExtractor: Extractor {
    func extract(key: String, from fields: HTTPFields) -> String? {
        HTTPField.Name(key).flatMap { fields[$0] }
    }
}

import HTTPTypes
import Logging
import ServiceLifecycle
import Telemetry

/// Takes messages off the queue. Each is an invocation of its own, linked to the span that sent it: the sender has long had
/// its answer.
struct ProgressWorker: Service {
    let queue: CompletionQueue
    let store: ProgressStore
    let logger: Logger

    func run() async throws {
        for await message in queue.messages.cancelOnGracefulShutdown() {
            let fields = Dictionary(message.headers.map { ($0.name.canonicalName, $0.value) }) { first, _ in first }
            let trigger = Trigger.messages([.init(attributes: fields)], from: "completions", system: "memory")
            // What failed is recorded; the queue goes on.
            try? await Telemetry.invocation(trigger) { _ in
                try await store.complete(lesson: message.lesson, logger: logger)
            }
        }
    }
}

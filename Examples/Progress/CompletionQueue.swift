import HTTPTypes

/// A message with the headers that it came with: they carry its context.
struct CompletionMessage: Sendable {
    var lesson: String
    var headers: HTTPFields
}

/// Stands where a cloud's queue would.
actor CompletionQueue {
    nonisolated let messages: AsyncStream<CompletionMessage>
    private let continuation: AsyncStream<CompletionMessage>.Continuation

    init() {
        (messages, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1_000))
    }

    func send(_ message: CompletionMessage) {
        continuation.yield(message)
    }
}

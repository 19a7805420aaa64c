import Tracing

/// Stands where a language model's client would: it takes its time, counts tokens, and refuses lesson 13.
///
/// The span says what OpenTelemetry's conventions for generative AI say of a call to a model.
struct PretendModel: Sendable {
    struct Overloaded: Error, CustomStringConvertible {
        var description: String { "model pretend-1 is overloaded: 429 from the provider" }
    }

    func complete(_ prompt: String, lesson: String) async throws -> String {
        try await withSpan("chat pretend-1", ofKind: .client) { span in
            span.attributes["gen_ai.operation.name"] = "chat"
            span.attributes["gen_ai.provider.name"] = "pretend"
            span.attributes["gen_ai.request.model"] = "pretend-1"
            span.attributes["gen_ai.usage.input_tokens"] = prompt.utf8.count / 4
            try await Task.sleep(for: .milliseconds(40))
            guard lesson != "13" else { throw Overloaded() }
            let hint = "Look at what changes from one line to the next."
            span.attributes["gen_ai.usage.output_tokens"] = hint.utf8.count / 4
            return hint
        }
    }
}

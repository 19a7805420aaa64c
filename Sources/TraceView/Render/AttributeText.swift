import OTLP
import TraceAssembly

/// The attributes of a span that tell most, in one line.
enum AttributeText {
    static func line(_ story: Story, _ place: Int) -> String {
        guard let span = story.nodes[place].record?.span else { return "" }
        var words: [String] = []
        if let invocation = story.invocations.first(where: { $0.node == place }) { words += function(invocation) }
        for (key, word) in telling {
            guard let value = span.attributes[key] else { continue }
            words.append("\(word)=\(LogText.plain(value))")
        }
        for attribute in span.attributes
        where !isPlumbing(attribute.key) && !telling.contains(where: { $0.key == attribute.key }) {
            words.append("\(attribute.key)=\(attribute.value.map(LogText.plain) ?? "")")
        }
        return VisibleText.visible(words.joined(separator: " "))
    }

    private static func function(_ invocation: Story.Invocation) -> [String] {
        var words: [String] = []
        if let limit = invocation.memoryLimitBytes {
            let used = invocation.memoryUsedBytes.map { " peak \(Units.bytes($0))" } ?? ""
            words.append(Units.bytes(limit) + used)
        }
        if !invocation.architecture.isEmpty { words.append(invocation.architecture) }
        if invocation.isColdStart { words.append("cold") }
        return words
    }

    /// The first ones, and a short word for each: the column is narrow.
    private static let telling: [(key: String, word: String)] = [
        ("error.type", "error"), ("http.response.status_code", "status"), ("http.status_code", "status"),
        ("rpc.grpc.status_code", "grpc"), ("db.query.text", "query"), ("db.statement", "query"),
        ("db.query.summary", "query"), ("messaging.destination.name", "destination"),
        ("gen_ai.request.model", "model"), ("gen_ai.usage.output_tokens", "output_tokens"),
        ("http.request.resend_count", "resend"), ("url.full", "url"), ("server.address", "server"),
    ]

    /// What is said elsewhere, or says nothing about what happened.
    private static func isPlumbing(_ key: String) -> Bool {
        key == "request.id" || key.hasPrefix("code.") || key.hasPrefix("thread.") || key.hasPrefix("telemetry.")
            || key.hasPrefix("faas.") || key.hasPrefix("network.") || key.hasPrefix("user_agent.")
    }
}

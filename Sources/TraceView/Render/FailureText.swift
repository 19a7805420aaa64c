import OTLP

/// Why a span failed, in its own words.
enum FailureText {
    /// "ModelOverloaded: overloaded: 429"; empty when the span says nothing.
    static func words(_ span: Span) -> String {
        let exception = span.events.last { $0.name == "exception" }
        let type = exception?.attributes["exception.type"]?.string ?? span.attributes["error.type"]?.string
        let message = exception?.attributes["exception.message"]?.string ?? span.status?.message
        var words = [type, message].compactMap { $0 }.filter { !$0.isEmpty }
        if words.isEmpty, let event = span.events.last { words.append(event.name) }
        if words.count == 2, words[1].hasPrefix(words[0]) { words.removeFirst() }
        return VisibleText.visible(words.joined(separator: ": ").prefix(Limits.messageLengthMax))
    }
}

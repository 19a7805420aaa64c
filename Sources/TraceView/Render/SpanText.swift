import OTLP
import TraceAssembly

/// How spans are called on the screen.
struct SpanText {
    let story: Story

    /// What the span does; a server that is named by its route alone gets its method in front.
    func name(_ node: Int) -> String {
        guard let span = story.nodes[node].record?.span else { return "(lost parent)" }
        guard !span.name.isEmpty else { return "(no name)" }
        let method = span.name.hasPrefix("/") ? span.attributes["http.request.method"]?.string.map { "\($0) " } : nil
        return VisibleText.visible((method ?? "") + span.name)
    }

    /// The name as a headline: a bare method says nothing without its service.
    func title(_ node: Int) -> String {
        let name = name(node)
        return name.allSatisfy(\.isLetter) && name == name.uppercased() ? full(node) : name
    }

    /// The name without the package in front, as gRPC has it: CartService/GetCart.
    func shortName(_ node: Int) -> String {
        let name = name(node)
        guard let slash = name.lastIndex(of: "/"), !name.contains(" "), let dot = name[..<slash].lastIndex(of: ".")
        else { return name }
        return String(name[name.index(after: dot)...])
    }

    func service(_ node: Int) -> String {
        VisibleText.visible(story.nodes[node].service)
    }

    /// With its service, for where it stands alone.
    func full(_ node: Int) -> String {
        let (service, name) = (service(node), name(node))
        return (service.isEmpty || SpanText.repeats(name, service) ? name : service + " " + name) + attempt(node)
    }

    /// "payments payments" says it twice.
    static func repeats(_ name: String, _ service: String) -> Bool {
        name == service || name.hasPrefix(service + " ") || name.hasPrefix(service + ".")
            || name.hasPrefix(service + "/")
    }

    /// Which try it is, if there were several.
    func attempt(_ node: Int) -> String {
        story.nodes[node].attempt.map { " #\($0.number)/\($0.count)" } ?? ""
    }

    func statusCode(_ node: Int) -> Int64? {
        guard let span = story.nodes[node].record?.span else { return nil }
        return span.attributes["http.response.status_code"]?.int ?? span.attributes["http.status_code"]?.int
            ?? span.attributes["rpc.grpc.status_code"]?.int
    }

    /// Where the message of a span went or came from.
    func destination(_ node: Int) -> String? {
        let keys = ["messaging.destination.name", "messaging.destination"]
        for place in [node, story.nodes[node].parent].compactMap({ $0 }) {
            guard let span = story.nodes[place].record?.span else { continue }
            for key in keys {
                if let name = span.attributes[key]?.string, !name.isEmpty { return VisibleText.visible(name) }
            }
        }
        return nil
    }
}

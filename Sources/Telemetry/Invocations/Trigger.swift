public import Tracing

/// What caused an invocation: how its span is named and described, and what came along from the sender.
///
/// Source: OpenTelemetry semantic conventions for functions, HTTP servers and messaging (SemanticConventions.version).
public struct Trigger: Sendable {
    /// `faas.trigger`.
    public enum Kind: String, Hashable, Sendable {
        case http
        case pubsub
        case datasource
        case timer
        case other
    }

    public var kind: Kind
    /// Of the span; `nil` is the name of the function.
    public var name: String?
    /// Which function of several that one app holds; `nil` where an app is a function.
    public var functionName: String?
    public var attributes = SpanAttributes()
    /// What the sender's context is read from: the header fields of a request, the members of an event.
    public var fields: [(name: String, value: String)] = []
    /// The messages of a batch. Each is linked to: it has a sender of its own, who does not wait.
    public var messages: [Message] = []

    /// One message of a queue or topic, with what its sender put beside it.
    public struct Message: Sendable {
        public var id: String?
        public var attributes: [String: String]

        public init(id: String? = nil, attributes: [String: String] = [:]) {
            self.id = id
            self.attributes = attributes
        }
    }

    public init(_ kind: Kind, name: String? = nil) {
        self.kind = kind
        self.name = name
    }

    /// None of the others: a direct call.
    public static let other = Trigger(.other)

    /// The queue or topic that its messages came from.
    var destination: String? {
        guard case .string(let name)? = attributes.get(SemanticConventions.messagingDestination) else { return nil }
        return name
    }

    var spanKind: SpanKind { messages.isEmpty ? .server : .consumer }
}

extension Trigger {
    /// A request over HTTP.
    ///
    /// `route` is the pattern that the path matched, such as `/lessons/{lesson}`; without it the span is named by its
    /// method alone, lest every path make a name of its own.
    public static func http(
        method: String, path: String, query: String? = nil, route: String? = nil,
        fields: [(name: String, value: String)] = []
    ) -> Trigger {
        let isKnown = knownMethods.contains(method)
        let name = isKnown ? method : "HTTP"
        var trigger = Trigger(.http, name: route.map { "\(name) \($0)" } ?? name)
        trigger.fields = fields
        trigger.attributes[SemanticConventions.requestMethod] = isKnown ? method : "_OTHER"
        if !isKnown { trigger.attributes[SemanticConventions.requestMethodOriginal] = method }
        trigger.attributes[SemanticConventions.urlPath] = path
        if let query, !query.isEmpty { trigger.attributes[SemanticConventions.urlQuery] = query }
        trigger.attributes[SemanticConventions.route] = route
        let carrier = HTTPFieldCarrier()
        let field = { carrier.extract(key: $0, from: fields) }
        trigger.attributes[SemanticConventions.urlScheme] = field("x-forwarded-proto")
        if let host = field("host") { trigger.setServer(host) }
        trigger.attributes[SemanticConventions.userAgent] = field("user-agent")
        // The first address is the client's; every proxy adds its own behind it.
        trigger.attributes[SemanticConventions.clientAddress] = field("x-forwarded-for")
            .flatMap { $0.split(separator: ",").first.map { String($0.trimmed) } }
        return trigger
    }

    /// Messages of a queue or topic, one or many.
    public static func messages(_ messages: [Message], from destination: String, system: String) -> Trigger {
        var trigger = Trigger(.pubsub, name: "process \(destination)")
        trigger.messages = messages
        trigger.attributes[SemanticConventions.messagingSystem] = system
        trigger.attributes[SemanticConventions.messagingOperationName] = "process"
        trigger.attributes[SemanticConventions.messagingOperationType] = "process"
        trigger.attributes[SemanticConventions.messagingDestination] = destination
        if messages.count == 1 {
            trigger.attributes[SemanticConventions.messageID] = messages[0].id
        } else {
            trigger.attributes[SemanticConventions.messageCount] = messages.count
        }
        return trigger
    }

    /// A schedule.
    public static func timer(cron: String? = nil, time: String? = nil) -> Trigger {
        var trigger = Trigger(.timer)
        trigger.attributes[SemanticConventions.cron] = cron
        trigger.attributes[SemanticConventions.time] = time
        return trigger
    }

    public enum DocumentOperation: String, Hashable, Sendable {
        case insert
        case edit
        case delete
    }

    /// A change in a database or a store of files.
    public static func datasource(collection: String, operation: DocumentOperation?, document: String? = nil) -> Trigger
    {
        var trigger = Trigger(.datasource)
        trigger.attributes[SemanticConventions.documentCollection] = collection
        trigger.attributes[SemanticConventions.documentOperation] = operation?.rawValue
        trigger.attributes[SemanticConventions.documentName] = document
        return trigger
    }

    /// `host`, `host:port`, `[address]:port`.
    public mutating func setServer(_ authority: String) {
        let hostEnd =
            authority.first == "["
            ? authority.firstIndex(of: "]").map(authority.index(after:)) : authority.firstIndex(of: ":")
        attributes[SemanticConventions.serverAddress] = String(authority[..<(hostEnd ?? authority.endIndex)])
        if let hostEnd, let port = UInt16(authority[hostEnd...].dropFirst()) {
            attributes[SemanticConventions.serverPort] = Int(port)
        }
    }

    private static let knownMethods: Set = [
        "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE",
    ]
}

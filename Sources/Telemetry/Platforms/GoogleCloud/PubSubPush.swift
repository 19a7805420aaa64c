import OTLP
import Tracing

extension Trigger {
    /// What Cloud Pub/Sub sends to a push endpoint: one message, with the attributes that its sender put beside it.
    ///
    /// Context is read from attributes of the propagators' names, or with the prefix that Google's clients write.
    /// Errors: none: what is no such envelope is a direct call.
    /// Source: Cloud Pub/Sub, receive messages with push subscriptions, wrapped messages.
    public static func pubSubPush(_ body: [UInt8]) -> Trigger {
        var reader = JSONReader(body)
        var push = PubSubPush()
        do throws(JSONError) {
            guard try reader.nextKind() == .object else { return .other }
            try push.read(&reader)
        } catch {
            return .other
        }
        return push.trigger
    }
}

/// What was found of an envelope.
private struct PubSubPush {
    var subscription: String?
    var deliveryAttempt: Int?
    var orderingKey: String?
    var message: Trigger.Message?

    mutating func read(_ reader: inout JSONReader) throws(JSONError) {
        try reader.members { key, reader throws(JSONError) in
            switch key {
            case "subscription": subscription = try reader.textOrSkip()
            case "deliveryAttempt": deliveryAttempt = try reader.textOrSkip().flatMap { Int($0) }
            case "message":
                guard try reader.nextKind() == .object else { return try reader.skip() }
                try readMessage(&reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func readMessage(_ reader: inout JSONReader) throws(JSONError) {
        var message = Trigger.Message()
        try reader.members { key, reader throws(JSONError) in
            switch key {
            case "messageId": message.id = try reader.textOrSkip()
            case "orderingKey": orderingKey = try reader.textOrSkip()
            case "attributes":
                for (name, text) in try reader.texts() { message.attributes[name] = text }
            default: try reader.skip()
            }
        }
        for (name, text) in message.attributes where name.hasPrefix(Self.clientPrefix) {
            let plain = String(name.dropFirst(Self.clientPrefix.count))
            // What the sender said under the plain name has precedence.
            message.attributes[plain] = message.attributes[plain] ?? text
        }
        self.message = message
    }

    private static let clientPrefix = "googclient_"

    var trigger: Trigger {
        guard let message, let subscription else { return .other }
        // `projects/…/subscriptions/NAME`; the topic behind it is not said.
        let name = subscription.split(separator: "/").last.map(String.init) ?? subscription
        var trigger = Trigger.messages([message], from: name, system: "gcp_pubsub")
        trigger.attributes[SemanticConventions.messagingSubscription] = name
        trigger.attributes[SemanticConventions.pubSubOrderingKey] = orderingKey
        trigger.attributes[SemanticConventions.pubSubDeliveryAttempt] = deliveryAttempt
        return trigger
    }
}

import Tracing

/// Who caused an invocation: one caller who waits, or the senders of messages, who do not.
struct Senders {
    /// What the invocation continues: the caller's trace, or a new one.
    private(set) var context = InstrumentationContext.topLevel
    /// The contexts of messages.
    private(set) var links: [InstrumentationContext] = []

    init(_ trigger: Trigger, _ propagator: CompositePropagator) {
        guard !trigger.messages.isEmpty else {
            let carrier = HTTPFieldCarrier()
            propagator.extract({ carrier.extract(key: $0, from: trigger.fields) }, into: &context)
            return
        }
        let carrier = MessageAttributeCarrier()
        let senders = trigger.messages.map { message in
            var sender = InstrumentationContext.topLevel
            propagator.extract({ carrier.extract(key: $0, from: message.attributes) }, into: &sender)
            return sender
        }
        links = senders.filter { $0.spanContext != nil }
        // A batch of one request's messages belongs to that request; a mixed one to none of them.
        if let first = senders.first, senders.allSatisfy({ $0.requestID == first.requestID }) {
            context.requestID = first.requestID
        }
        if senders.count == 1 { context.baggage = senders[0].baggage }
    }
}

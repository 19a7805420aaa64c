import Tracing

extension Telemetry {
    /// What a message that is sent now is to carry beside it, so that whoever takes it up knows the request it belongs to.
    ///
    /// ```swift
    /// try await queue.send(body, attributes: Telemetry.messageAttributes)
    /// ```
    public static var messageAttributes: [String: String] {
        var attributes: [String: String] = [:]
        inject(into: &attributes, using: MessageAttributeCarrier())
        return attributes
    }

    /// What a child process that is started now is to find in its environment: `environment`, with the context added.
    ///
    /// The child says `Telemetry.invocation(.process(environment: …))`.
    public static func environment(forChild environment: [String: String]) -> [String: String] {
        var environment = environment
        inject(into: &environment, using: EnvironmentCarrier())
        return environment
    }

    private static func inject<Carry: Injector>(into carrier: inout Carry.Carrier, using injector: Carry) {
        guard let context = InstrumentationContext.current else { return }
        InstrumentationSystem.instrument.inject(context, into: &carrier, using: injector)
    }
}

extension Trigger {
    /// A process that another one started: a job, a step of a build.
    public static func process(environment: [String: String]) -> Trigger {
        var trigger = Trigger(.other)
        for field in CompositePropagator(PropagationFormat.allCases).fields {
            if let value = EnvironmentCarrier().extract(key: field, from: environment) {
                trigger.fields.append((field, value))
            }
        }
        return trigger
    }
}

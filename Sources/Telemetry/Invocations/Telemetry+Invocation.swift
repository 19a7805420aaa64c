extension Telemetry {
    /// Runs `body` as one invocation of this function.
    ///
    /// 1. The sender's context and request id are taken from the trigger; a request without an id gets one.
    /// 2. A span is made for the invocation, with what the platform and the trigger say of it, and is current in `body`.
    /// 3. Shortly before the deadline it is ended as timed out and sent, if `body` is not done by then.
    /// 4. An error is recorded and thrown on.
    /// 5. On platforms that freeze the process after its answer, what was recorded is sent before this returns: for
    ///    min(200 ms, what remains − 50 ms) at most, and not at all while the collector does not answer.
    ///
    /// ```swift
    /// try await Telemetry.invocation(.messages(messages, from: "completions", system: "aws_sqs")) { invocation in
    ///     for message in messages {
    ///         try await invocation.process(message) { try await store(message) }
    ///     }
    /// }
    /// ```
    ///
    /// Before `bootstrap` nothing is recorded, and everything else is as if it were.
    public static nonisolated(nonsending) func invocation<Result>(
        _ trigger: Trigger, id: String? = nil, deadline: ContinuousClock.Instant? = nil,
        _ body: nonisolated(nonsending) (Invocation) async throws -> Result
    ) async rethrows -> Result {
        try await sharedOrInert.invocation(trigger, id: id, deadline: deadline, body)
    }

    /// `Telemetry.invocation` of this handle.
    public nonisolated(nonsending) func invocation<Result>(
        _ trigger: Trigger, id: String? = nil, deadline: ContinuousClock.Instant? = nil,
        _ body: nonisolated(nonsending) (Invocation) async throws -> Result
    ) async rethrows -> Result {
        let invocation = beginInvocation(trigger, id: id, deadline: deadline)
        do {
            let result = try await invocation.withContext { try await body(invocation) }
            await invocation.finish()
            return result
        } catch {
            await invocation.finish(throwing: error)
            throw error
        }
    }

    /// For those whose invocation does not end where it began: whoever calls this calls `finish`.
    package static func beginInvocation(
        _ trigger: Trigger, id: String? = nil, deadline: ContinuousClock.Instant? = nil
    ) -> Invocation {
        sharedOrInert.beginInvocation(trigger, id: id, deadline: deadline)
    }

    package func beginInvocation(
        _ trigger: Trigger, id: String? = nil, deadline: ContinuousClock.Instant? = nil
    ) -> Invocation {
        let carrier = HTTPFieldCarrier()
        let id = id ?? invocations.platform.invocationID { carrier.extract(key: $0, from: trigger.fields) }
        return Invocation(trigger, id: id, deadline: deadline, in: invocations)
    }

    static var sharedOrInert: Telemetry { local ?? shared ?? inert }

    /// Stands in front of the process's own for a task: what a test records is its own.
    @TaskLocal package static var local: Telemetry?

    /// Stands in until there is `bootstrap`.
    private static let inert: Telemetry = {
        var configuration = Configuration(serviceName: "unknown_service", endpoint: nil)
        configuration.isDisabled = true
        configuration.writesLogLines = false
        return Telemetry(configuration)
    }()
}

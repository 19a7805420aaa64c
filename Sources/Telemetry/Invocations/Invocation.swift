import OTLP
import Synchronization
public import Tracing

/// One call of the function, from its event to its answer.
///
/// Everything that the handler does in it (spans, log lines) belongs to the request that it serves.
public final class Invocation: Sendable {
    /// The platform's name for it.
    public let id: String?
    /// When the platform ends the process, finished or not; `nil` where it doesn't say.
    public let deadline: ContinuousClock.Instant?
    /// It had to wait for the process to start.
    public let isColdStart: Bool
    /// Of the request that is served; made here if it had none.
    public let requestID: String
    /// The span of the whole invocation.
    public let span: any Tracing.Span
    /// What is kept of the request while it is served: fields for its log lines, its debug lines.
    public let scope: RequestScope

    /// The messages of the batch that it works off; empty for every other trigger.
    public let messages: [Trigger.Message]

    let trigger: Trigger.Kind
    private let destination: String
    private let begun: ContinuousClock.Instant
    private let environment: InvocationEnvironment
    private let state = Mutex(State())

    private struct State {
        var hasEnded = false
        var isFailed = false
        var watched: Watchdog.Entry?
    }

    init(
        _ trigger: Trigger, id: String?, deadline: ContinuousClock.Instant?, in environment: InvocationEnvironment
    ) {
        self.id = id
        self.environment = environment
        self.trigger = trigger.kind
        messages = trigger.messages
        destination = trigger.destination ?? "unknown"
        let now = ContinuousClock.now
        begun = now
        self.deadline = deadline ?? environment.platform.timeout.map { now + $0 }
        isColdStart = environment.beginsFirst()
        let senders = Senders(trigger, environment.tracer.propagator)
        var context = senders.context
        requestID = context.requestID ?? RequestID.make()
        context.requestID = requestID
        scope = environment.makeScope(isColdStart: isColdStart)
        span = environment.startSpan(
            trigger.name ?? trigger.functionName ?? environment.functionName, trigger.spanKind, context, scope)
        for sender in senders.links { span.addLink(SpanLink(context: sender, attributes: SpanAttributes([:]))) }
        describe(trigger)
        watch()
    }

    /// Time until the deadline, never negative; `nil` without one.
    public var remainingTime: Duration? {
        deadline.map { max(.zero, $0 - .now) }
    }

    /// Runs `body` as a part of this invocation.
    public nonisolated(nonsending) func withContext<Result>(
        _ body: nonisolated(nonsending) () async throws -> Result
    ) async rethrows -> Result {
        try await InstrumentationContext.withValue(span.context, operation: body)
    }

    // MARK: What the handler says

    /// The route that the request has matched, where that is known only later.
    public func matched(method: String, route: String?) {
        guard let route else { return }
        span.operationName = "\(method) \(route)"
        span.attributes[SemanticConventions.route] = route
    }

    /// The status of the answer. 500 and above is an error of this function; below it is the caller's.
    public func respond(status: Int) {
        span.attributes[SemanticConventions.statusCode] = status
        guard status >= 500 else { return }
        span.attributes[SemanticConventions.errorType] = String(status)
        fail()
    }

    /// It has not done what it was to do, though nothing was thrown.
    public func fail(_ reason: String? = nil) {
        state.withLock { $0.isFailed = true }
        span.setStatus(SpanStatus(code: .error, message: reason))
        scope.fail()
    }

    /// Works off one message of a batch, in a span of its own that is linked to the message's sender.
    ///
    /// The sender's baggage and request id are those of what happens in `body`. An error is recorded and thrown on.
    public nonisolated(nonsending) func process<Result>(
        _ message: Trigger.Message, _ body: nonisolated(nonsending) () async throws -> Result
    ) async rethrows -> Result {
        var sender = InstrumentationContext.topLevel
        environment.tracer.propagator.extract(
            { MessageAttributeCarrier().extract(key: $0, from: message.attributes) }, into: &sender)
        var context = span.context
        context.baggage = sender.baggage
        context.requestID = sender.requestID ?? requestID
        let processing = environment.startSpan("process \(destination)", .consumer, context, nil)
        if sender.spanContext != nil { processing.addLink(SpanLink(context: sender, attributes: SpanAttributes([:]))) }
        processing.attributes[SemanticConventions.messagingOperationName] = "process"
        processing.attributes[SemanticConventions.messagingOperationType] = "process"
        processing.attributes[SemanticConventions.messagingDestination] = destination
        processing.attributes[SemanticConventions.messageID] = message.id
        defer { processing.end() }
        do {
            return try await InstrumentationContext.withValue(processing.context, operation: body)
        } catch {
            processing.record(error)
            throw error
        }
    }

    // MARK: The end

    /// Ends it, and sends what it has recorded as far as its remaining time allows.
    package nonisolated(nonsending) func finish(throwing error: (any Error)? = nil) async {
        end(throwing: error)
        await flush()
    }

    package func end(throwing error: (any Error)? = nil) {
        let (mine, wasFailed, watched) = state.withLock { state in
            defer { state.hasEnded = true }
            return (!state.hasEnded, state.isFailed, state.watched)
        }
        if let watched { environment.watchdog.cancel(watched) }
        guard mine else { return }
        if let error {
            span.record(error)
            scope.fail()
        }
        conclude(error == nil && !wasFailed ? .succeeded : .failed)
    }

    package nonisolated(nonsending) func flush() async {
        guard environment.platform.freezesBetweenInvocations else { return }
        await environment.flush(InvocationBudget.flushes(until: deadline, from: .now))
    }

    private func watch() {
        guard let deadline else { return }
        let time = InvocationBudget.givesUp(at: deadline, begun: begun)
        let entry = environment.watchdog.watch(until: time) { [self] in giveUp() }
        state.withLock { $0.watched = entry }
    }

    /// Its time is over: what there is of it is ended here and sent, before the platform ends the process.
    private func giveUp() {
        let mine = state.withLock { state in
            defer { state.hasEnded = true }
            return !state.hasEnded
        }
        guard mine else { return }
        span.attributes[SemanticConventions.errorType] = "timeout"
        span.setStatus(SpanStatus(code: .error, message: "it did not end before its deadline"))
        scope.fail()
        conclude(.timedOut)
        if let deadline { environment.requestFlush(deadline) }
    }

    private func conclude(_ outcome: InvocationEnd.Outcome) {
        if let remainingTime { span.attributes[SemanticConventions.remainingTimeEnd] = remainingTime.seconds }
        let memoryBytes = MemoryUsage.peakBytes
        span.attributes[SemanticConventions.memoryUsage] = memoryBytes
        span.end()
        scope.end()
        environment.record(
            InvocationEnd(
                outcome: outcome, trigger: trigger, duration: .now - begun, memoryBytes: memoryBytes,
                initDuration: isColdStart ? environment.initDuration : nil, isColdStart: isColdStart))
    }

    private func describe(_ trigger: Trigger) {
        span.updateAttributes { attributes in
            attributes.merge(trigger.attributes)
            if case .string(let query)? = trigger.attributes.get(SemanticConventions.urlQuery) {
                attributes[SemanticConventions.urlQuery] = URLQuery.redacted(query, environment.tracer.policy)
            }
            attributes[SemanticConventions.trigger] = trigger.kind.rawValue
            attributes[SemanticConventions.coldStart] = isColdStart
            attributes[SemanticConventions.invocationID] = id
            if isColdStart { attributes[SemanticConventions.initDuration] = environment.initDuration?.seconds }
            if let remainingTime {
                attributes[SemanticConventions.remainingTimeStart] = remainingTime.seconds
                // Platforms give whole seconds, of which a little has passed by now.
                attributes[SemanticConventions.timeout] = remainingTime.seconds.rounded(.up)
            }
            attributes[SemanticConventions.maxMemory] = environment.platform.memoryLimitBytes
            for attribute in environment.platform.attributes(ofFunction: trigger.functionName) {
                if let text = attribute.value?.string { attributes[attribute.key] = text }
            }
        }
    }
}

extension Tracing.Span {
    /// What a thrown error leaves on a span.
    func record(_ error: any Error) {
        recordError(error)
        attributes[SemanticConventions.errorType] = ErrorDescription(error).type
        setStatus(SpanStatus(code: .error))
    }
}

extension Duration {
    var seconds: Double { self / .seconds(1) }
}

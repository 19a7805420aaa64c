import Glibc
import OTLP
import Tracing

extension Telemetry {
    /// Runs a handler as a custom runtime of AWS Lambda: fetches events, answers them, and makes an invocation of each.
    ///
    /// ```swift
    /// let telemetry = Telemetry.bootstrap()
    /// if let runtime = Telemetry.LambdaRuntime() {
    ///     try await runtime.run { event, invocation in try await hint(event) }
    /// }
    /// ```
    ///
    /// What is recorded is sent after the answer has been given and before the next event is asked for: the caller does not wait
    /// for it.
    /// Source: AWS Lambda developer guide, building a custom runtime; runtime API 2018-06-01.
    public struct LambdaRuntime: Sendable {
        /// Bytes of an event to bytes of its answer, both usually JSON.
        public typealias Handler = @Sendable (_ event: [UInt8], _ invocation: Invocation) async throws -> [UInt8]

        public typealias StreamingHandler =
            @Sendable (_ event: [UInt8], _ response: ResponseStream, _ invocation: Invocation) async throws -> Void

        /// Handles one event and returns what answers it; an error of the handler is thrown, and answered as one.
        private typealias Handling =
            @Sendable (RuntimeAPI, RuntimeAPI.Event, Invocation) async throws -> @Sendable () async throws -> Void

        private let address: String
        private let concurrency: Int

        /// `nil` where there is no runtime API: not on AWS Lambda, or not as a custom runtime.
        public init?() {
            self.init { name in getenv(name).map { String(cString: $0) } }
        }

        package init?(environment variable: (String) -> String?) {
            guard let address = variable("AWS_LAMBDA_RUNTIME_API"), !address.isEmpty else { return nil }
            self.address = address
            let concurrency = variable("AWS_LAMBDA_MAX_CONCURRENCY").flatMap { Int($0) } ?? 1
            self.concurrency = min(max(1, concurrency), Limits.concurrentInvocationsMax)
        }

        /// Handles events until the platform ends the process.
        ///
        /// Errors: only when the runtime API can no longer be talked to; errors of the handler are answers.
        public func run(_ handler: @escaping Handler) async throws {
            try await runLoops { api, event, invocation in
                let bytes = try await invocation.withContext { try await handler(event.payload, invocation) }
                if invocation.trigger == .http, let status = LambdaEvent.statusCode(of: bytes) {
                    invocation.respond(status: status)
                }
                return { try await api.respond(to: event.id, with: bytes) }
            }
        }

        /// The same for a handler that sends its answer piece by piece, while it makes it.
        ///
        /// ```swift
        /// try await runtime.stream { event, response, invocation in
        ///     try await response.begin(status: 200, fields: [("content-type", "text/plain")])
        ///     for try await word in hint(event) { try await response.write(Array(word.utf8)) }
        /// }
        /// ```
        ///
        /// An error before the first piece is answered as `run` answers it; one that comes later stands behind the answer.
        public func stream(_ handler: @escaping StreamingHandler) async throws {
            try await runLoops { api, event, invocation in
                let response = ResponseStream(api, event.id, invocation)
                do {
                    try await invocation.withContext { try await handler(event.payload, response, invocation) }
                } catch  where response.hasBegun {
                    invocation.end(throwing: error)
                    return { try await api.endResponse(RuntimeError(error)) }
                }
                return { try await response.end() }
            }
        }

        private func runLoops(_ handle: @escaping Handling) async throws {
            let telemetry = Telemetry.sharedOrInert
            telemetry.invocations.isReady()
            try await withThrowingTaskGroup { group in
                for _ in 0..<concurrency {
                    group.addTask { try await handleAll(RuntimeAPI(address: address), telemetry, handle) }
                }
                try await group.waitForAll()
            }
        }

        /// Tells the platform that the function could not be made ready; the process is to end after that.
        public func reportInitializationError(_ error: any Error) async {
            do {
                try await RuntimeAPI(address: address).failInitialization(RuntimeError(error))
            } catch {
                Diagnostics.say(String(describing: error))
            }
        }

        private func handleAll(_ api: RuntimeAPI, _ telemetry: Telemetry, _ handle: Handling) async throws {
            while true {
                let event = try await api.next()
                let invocation = telemetry.beginInvocation(event)
                // Errors of the handler are answers; errors of the runtime API end the loop.
                let answer: @Sendable () async throws -> Void
                do {
                    answer = try await handle(api, event, invocation)
                    invocation.end()
                } catch {
                    invocation.end(throwing: error)
                    answer = { try await api.fail(event.id, RuntimeError(error)) }
                }
                try await answer()
                await invocation.flush()
            }
        }
    }
}

extension Telemetry {
    fileprivate func beginInvocation(_ event: RuntimeAPI.Event) -> Invocation {
        var trigger = LambdaEvent.trigger(of: event.payload, contextFields: tracer.propagator.fields)
        if let header = event.clientContext { trigger.fields += LambdaEvent.fields(ofClientContext: header) }
        if let header = event.traceHeader { trigger.fields.append((XRayPropagator.environmentName, header)) }
        if let arn = event.functionARN, let lambda = invocations.platform as? AWSLambda {
            for attribute in lambda.attributes(invokedARN: arn) {
                trigger.attributes[attribute.key] = attribute.value?.string
            }
        }
        return beginInvocation(trigger, id: event.id, deadline: event.deadline)
    }
}

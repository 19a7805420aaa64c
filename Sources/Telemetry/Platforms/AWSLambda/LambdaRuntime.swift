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
            let telemetry = Telemetry.sharedOrInert
            telemetry.invocations.isReady()
            try await withThrowingTaskGroup { group in
                for _ in 0..<concurrency {
                    group.addTask { try await handleAll(RuntimeAPI(address: address), telemetry, handler) }
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

        private func handleAll(_ api: RuntimeAPI, _ telemetry: Telemetry, _ handler: Handler) async throws {
            while true {
                let event = try await api.next()
                let invocation = telemetry.beginInvocation(event)
                // Errors of the handler are answers; errors of the runtime API end the loop.
                let answer: Result<[UInt8], any Error>
                do {
                    answer = .success(try await invocation.withContext { try await handler(event.payload, invocation) })
                } catch {
                    answer = .failure(error)
                }
                switch answer {
                case .success(let bytes):
                    if invocation.trigger == .http, let status = LambdaEvent.statusCode(of: bytes) {
                        invocation.respond(status: status)
                    }
                    invocation.end()
                    try await api.respond(to: event.id, with: bytes)
                case .failure(let error):
                    invocation.end(throwing: error)
                    try await api.fail(event.id, RuntimeError(error))
                }
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

import OTLP
import Synchronization

extension Telemetry.LambdaRuntime {
    /// The answer to one event, sent piece by piece while the handler makes it.
    ///
    /// Errors: what cannot be sent is thrown, because the handler may want to stop making more of it.
    /// Source: AWS Lambda developer guide, implementing response streaming in a custom runtime.
    public final class ResponseStream: Sendable {
        private let api: RuntimeAPI
        private let id: String
        private let invocation: Invocation
        private let state = Mutex(false)

        init(_ api: RuntimeAPI, _ id: String, _ invocation: Invocation) {
            self.api = api
            self.id = id
            self.invocation = invocation
        }

        /// Status and header fields, for those who asked over HTTP; nothing may have been written before.
        ///
        /// Without it the answer is 200, and bytes of no particular kind.
        public func begin(status: Int, fields: [(name: String, value: String)] = []) async throws {
            guard claimBeginning() else { return }
            invocation.respond(status: status)
            try await api.beginResponse(to: id, contentType: Self.integrationType)
            try await api.write(Self.prelude(status, fields))
        }

        /// Sends bytes on their way. Empty ones are none: they would end the answer.
        public func write(_ bytes: [UInt8]) async throws {
            guard !bytes.isEmpty else { return }
            if claimBeginning() { try await api.beginResponse(to: id, contentType: Self.bytesType) }
            try await api.write(bytes)
        }

        /// Whether something has been sent: from then on an error stands behind the answer, not in its place.
        var hasBegun: Bool { state.withLock { $0 } }

        func end() async throws {
            if claimBeginning() { try await api.beginResponse(to: id, contentType: Self.bytesType) }
            try await api.endResponse(nil)
        }

        private func claimBeginning() -> Bool {
            state.withLock { hasBegun in
                defer { hasBegun = true }
                return !hasBegun
            }
        }

        private static let bytesType = "application/octet-stream"
        private static let integrationType = "application/vnd.awslambda.http-integration-response"

        /// A JSON object, and eight zeros between it and the body.
        private static func prelude(_ status: Int, _ fields: [(name: String, value: String)]) -> [UInt8] {
            let cookies = fields.filter { ASCIICase.equal($0.name, "set-cookie") }
            var writer = JSONWriter()
            writer.object { writer in
                writer.member("statusCode", Int64(status))
                writer.object("headers") { writer in
                    for field in fields where !ASCIICase.equal(field.name, "set-cookie") {
                        writer.member(field.name, field.value)
                    }
                }
                if !cookies.isEmpty {
                    writer.array("cookies") { writer in for cookie in cookies { writer.value(cookie.value) } }
                }
            }
            return writer.bytes + [UInt8](repeating: 0, count: 8)
        }
    }
}

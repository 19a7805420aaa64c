/// Sends one request of the gate: over HTTP, or by a command of the caller's.
public protocol Prober: Sendable {
    /// Sends a request that carries `requestID` and comes back with the answer, or with why there is none.
    func send(_ target: ProbeTarget, requestID: String) async -> ProbeAnswer
}

/// What came back.
public struct ProbeAnswer: Hashable, Sendable {
    /// "HTTP 502", "exit code 1", "no answer within 30 s".
    public var text: String
    public var outcome: Outcome

    public enum Outcome: Sendable {
        case success
        case failure
        /// Nothing came back: that is no evidence of anything.
        case silence
    }

    public init(_ text: String, _ outcome: Outcome) {
        self.text = text
        self.outcome = outcome
    }
}

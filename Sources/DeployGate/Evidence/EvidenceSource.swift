public import OTLP
public import TelemetryStore

/// Where the gate finds what functions sent: a data folder, or a collector that is asked over the network.
public protocol EvidenceSource: Sendable {
    /// Hands over every record of `signal` whose time lies in `window`, some at a time and in no particular order. Records
    /// of other times, and a record twice, may come along.
    ///
    /// Errors: `EvidenceError` when there is nothing to read from; the gate then judges nothing.
    /// Cost:   memory for one batch, however long the window.
    func read(_ signal: Signal, in window: TimeWindow, _ receive: (ExportBatch) throws -> Void) async throws
}

/// Why the evidence could not be read.
public struct EvidenceError: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) {
        self.description = description
    }
}

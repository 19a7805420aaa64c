import DeployGate
import OTLP
import TelemetryStore

/// Evidence from a running collector.
struct CollectorEvidence: EvidenceSource {
    let address: String

    func read(_ signal: Signal, in window: TimeWindow, _ receive: (ExportBatch) throws -> Void) async throws {
        throw EvidenceError("not yet")
    }
}

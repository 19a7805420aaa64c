import DeployGate
import OTLP
import TelemetryStore

/// Evidence from a data folder on this machine.
struct StoreEvidence: EvidenceSource {
    let store: any TelemetryStore

    func read(_ signal: Signal, in window: TimeWindow, _ receive: (ExportBatch) throws -> Void) async throws {
        try await store.export(signal, receive)
    }
}

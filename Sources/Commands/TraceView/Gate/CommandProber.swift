import DeployGate
import Foundation

/// Probes a function by a command of the caller's, for what HTTP cannot reach: queues, schedules, cold starts.
///
/// Shape: `sh -c COMMAND`, with `GATE_FUNCTION`, `GATE_PURPOSE` (success, failure, cold-start), `GATE_REQUEST` and
///        `GATE_REQUEST_ID` in its environment. Exit code 0: the function succeeded; 1: it failed; any other: nothing is
///        known.
struct CommandProber: Prober {
    let command: String

    func send(_ target: ProbeTarget, requestID: String) async -> ProbeAnswer {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.environment = ProcessInfo.processInfo.environment.merging(
            [
                "GATE_FUNCTION": target.function, "GATE_PURPOSE": target.purpose.rawValue,
                "GATE_REQUEST": target.request, "GATE_REQUEST_ID": requestID,
            ], uniquingKeysWith: { $1 })
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let code: Int32? = await withCheckedContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(returning: nil)
            }
        }
        switch code {
        case 0: return ProbeAnswer("exit code 0", .success)
        case 1: return ProbeAnswer("exit code 1", .failure)
        case let code?: return ProbeAnswer("exit code \(code)", .silence)
        case nil: return ProbeAnswer("the command cannot be started", .silence)
        }
    }
}

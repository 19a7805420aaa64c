import DeployGate
import Foundation
import Glibc
import Synchronization

/// Probes a function by a command of the caller's, for what HTTP cannot reach: queues, schedules, cold starts.
///
/// Shape:  `sh -c COMMAND`, with `GATE_FUNCTION`, `GATE_PURPOSE` (success, failure, cold-start), `GATE_REQUEST` and
///         `GATE_REQUEST_ID` in its environment. Exit code 0: the function succeeded; 1: it failed; any other: nothing is
///         known. What it leaves running, a new instance say, is not waited for.
/// Bounds: a command that takes longer than two minutes is ended, with what it started, and nothing is known.
struct CommandProber: Prober {
    let command: String

    private static let timeout = Duration.seconds(120)

    func send(_ target: ProbeTarget, requestID: String) async -> ProbeAnswer {
        let variables = ProcessInfo.processInfo.environment.merging(
            [
                "GATE_FUNCTION": target.function, "GATE_PURPOSE": target.purpose.rawValue,
                "GATE_REQUEST": target.request, "GATE_REQUEST_ID": requestID,
            ], uniquingKeysWith: { $1 })
        guard let process = SpawnedCommand(command, variables.map { "\($0)=\($1)" }) else {
            return ProbeAnswer("the command cannot be started", .silence)
        }
        let end = Task {
            try await Task.sleep(for: CommandProber.timeout)
            process.end()
        }
        defer { end.cancel() }
        switch await process.exitCode() {
        case 0: return ProbeAnswer("exit code 0", .success)
        case 1: return ProbeAnswer("exit code 1", .failure)
        case let code?: return ProbeAnswer("exit code \(code)", .silence)
        case nil: return ProbeAnswer("the command was ended by a signal, or after two minutes", .silence)
        }
    }
}

/// A command that runs in a process group of its own, so that it can be ended with all that it started.
///
/// Foundation's `Process` waits until the last process that a command leaves behind has gone, too.
private final class SpawnedCommand: Sendable {
    private let id: pid_t
    /// Until it is collected its number is nobody else's, and only so long it may be ended.
    private let isCollected = Mutex(false)

    /// `nil` when it cannot be started.
    init?(_ command: String, _ environment: [String]) {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        guard posix_spawn_file_actions_init(&actions) == 0 else { return nil }
        defer { posix_spawn_file_actions_destroy(&actions) }
        guard posix_spawnattr_init(&attributes) == 0 else { return nil }
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)
        let texts: [String] = ["sh", "-c", command]
        let arguments: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
        let variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var id = pid_t()
        guard posix_spawn(&id, "/bin/sh", &actions, &attributes, arguments, variables) == 0 else { return nil }
        self.id = id
    }

    func end() {
        isCollected.withLock { if !$0 { _ = kill(-id, SIGKILL) } }
    }

    /// Waits for its end; `nil` when it did not end by itself.
    func exitCode() async -> Int32? {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: self.collect()) }
        }
    }

    private func collect() -> Int32? {
        var ended = siginfo_t()
        while waitid(P_PID, id_t(id), &ended, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        return isCollected.withLock { isCollected in
            var status: Int32 = 0
            while waitpid(id, &status, 0) < 0, errno == EINTR {}
            isCollected = true
            return status & 0x7F == 0 ? status >> 8 & 0xFF : nil
        }
    }
}

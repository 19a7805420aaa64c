import Glibc
import Program
import Synchronization

/// Says on the terminal that something takes its time, once it has taken more than a second.
final class Progress: Sendable {
    private enum Phase {
        case quiet, spoken, ended
    }

    private let phase = Mutex(Phase.quiet)
    /// One line at a time: what runs beside it is the same to who waits.
    private static let isSpeaking = Mutex(false)

    private static let patience = Duration.seconds(1)

    init(_ what: String) {
        // Only to somebody who looks; a log file needs no such line.
        guard isatty(STDERR_FILENO) == 1 else { return }
        Task.detached { [weak self] in
            try? await Task.sleep(for: Progress.patience)
            self?.speak(what)
        }
    }

    private func speak(_ what: String) {
        phase.withLock { phase in
            guard phase == .quiet, Progress.takesTheLine() else { return }
            phase = .spoken
            Progress.write("traceview: \(what) …")
        }
    }

    private static func takesTheLine() -> Bool {
        isSpeaking.withLock { isSpeaking in
            defer { isSpeaking = true }
            return !isSpeaking
        }
    }

    /// From now on the screen belongs to something else.
    static func keepQuiet() { isSpeaking.withLock { $0 = true } }

    /// Takes the line away again.
    func end() {
        phase.withLock { phase in
            if phase == .spoken {
                Progress.write("\r\u{1B}[K")
                Progress.isSpeaking.withLock { $0 = false }
            }
            phase = .ended
        }
    }

    private static func write(_ text: String) {
        var text = text
        text.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

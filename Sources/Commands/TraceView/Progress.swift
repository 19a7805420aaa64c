import Glibc
import Program
import Synchronization

/// Says on the terminal that something takes its time, once it has taken more than a second.
final class Progress: Sendable {
    private let hasSpoken = Mutex(false)
    private let hasEnded = Mutex(false)

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
        guard !hasEnded.withLock({ $0 }) else { return }
        hasSpoken.withLock { $0 = true }
        Progress.write("traceview: \(what) …")
    }

    /// Takes the line away again.
    func end() {
        hasEnded.withLock { $0 = true }
        if hasSpoken.withLock({ $0 }) { Progress.write("\r\u{1B}[K") }
    }

    private static func write(_ text: String) {
        var text = text
        text.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

import Glibc

/// What the library has to say about itself: a line on standard error, never a log record, lest it feed itself.
package enum Diagnostics {
    package static func say(_ message: String) {
        var line = "telemetry: \(message)\n"
        line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

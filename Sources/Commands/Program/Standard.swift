import Glibc

/// Lines on the two standard streams, written at once and whole.
public enum Standard {
    public static func output(_ line: String) { write(Array((line + "\n").utf8), to: STDOUT_FILENO) }
    public static func error(_ line: String) { write(Array((line + "\n").utf8), to: STDERR_FILENO) }

    /// Bytes as they are, without a line break.
    public static func output(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 {
                guard errno == EINTR || errno == EAGAIN else { return }
                continue
            }
            rest = rest.dropFirst(written)
        }
    }
}

import Glibc

/// Lines on the two standard streams, written at once and whole.
///
/// Errors: what cannot be written to standard output ends the program with 4 and says why; who reads no more ends it quietly
///         (SIGPIPE). Nothing is left to say where standard error cannot be written.
public enum Standard {
    public static func output(_ line: String) { output(Array((line + "\n").utf8)) }
    public static func error(_ line: String) { _ = write(Array((line + "\n").utf8), to: STDERR_FILENO) }

    /// Bytes as they are, without a line break.
    public static func output(_ bytes: [UInt8]) {
        let failure = write(bytes, to: STDOUT_FILENO)
        guard failure != 0 else { return }
        if failure != EPIPE {
            let program = CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? ""
            error("\(program): cannot write to standard output: \(String(cString: strerror(failure)))")
        }
        exit(4)
    }

    /// Writes all bytes.
    ///
    /// - Returns: the number of the error, or 0.
    public static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written < 0 else {
                rest = rest.dropFirst(written)
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&ready, 1, -1)
            default: return errno
            }
        }
        return 0
    }
}

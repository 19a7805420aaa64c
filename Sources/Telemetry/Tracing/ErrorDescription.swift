import CExecinfo
import Glibc

/// An error as telemetry tells of it.
struct ErrorDescription {
    var type: String
    var message: String
    /// The frames that led to whoever recorded the error, one a line, the innermost first.
    var stack: String?

    init(_ error: any Error, capturesStack: Bool = true) {
        type = String(reflecting: Swift.type(of: error))
        message = String(describing: error)
        stack = capturesStack ? Self.stack() : nil
    }

    /// Cost: some microseconds; errors are rare.
    private static func stack() -> String? {
        var frames = [UnsafeMutableRawPointer?](repeating: nil, count: Limits.stackFramesMax)
        let count = Int(backtrace(&frames, Int32(frames.count)))
        guard count > 0, let symbols = backtrace_symbols(&frames, Int32(count)) else { return nil }
        defer { free(symbols) }
        return (0..<count).compactMap { symbols[$0].map { String(cString: $0) } }.joined(separator: "\n")
    }
}

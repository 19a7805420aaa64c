import Glibc

/// What the terminal that standard output goes to can show.
enum Terminal {
    /// Its columns; `nil` when it is a pipe or a file.
    static var width: Int? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Source: no-color.org; terminals that call themselves dumb understand no SGR codes.
    static var hasColour: Bool {
        guard isatty(STDOUT_FILENO) == 1 else { return false }
        return (variable("NO_COLOR") ?? "").isEmpty && variable("TERM") != "dumb"
    }

    static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}

import Glibc

/// What the terminal that standard output goes to can show.
enum Terminal {
    /// Its columns; `nil` when it is a pipe or a file.
    static var width: Int? { size.map(\.columns) }

    static var size: (columns: Int, rows: Int)? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    static var isInteractive: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Terminals that call themselves dumb understand no SGR codes.
    ///
    /// Source: no-color.org, force-color.org.
    static var hasColour: Bool {
        if !(variable("NO_COLOR") ?? "").isEmpty { return false }
        if let force = variable("FORCE_COLOR"), !force.isEmpty { return force != "0" }
        return isInteractive && variable("TERM") != "dumb"
    }

    static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}

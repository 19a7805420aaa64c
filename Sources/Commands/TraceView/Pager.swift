import Glibc
import Program

/// Long texts go through a pager when somebody is looking.
enum Pager {
    /// Prints lines; with `less -FRX`, or what `PAGER` says, when they are more than the terminal's rows.
    static func print(_ lines: [String], isAllowed: Bool) {
        let text = lines.joined(separator: "\n")
        guard isAllowed, Terminal.isInteractive, let rows = Terminal.size?.rows, lines.count >= rows, let command
        else { return Standard.output(text) }
        // Whoever leaves the pager early has seen enough.
        signal(SIGPIPE, SIG_IGN)
        guard let pipe = popen(command, "w") else { return Standard.output(text) }
        let bytes = Array((text + "\n").utf8)
        _ = fwrite(bytes, 1, bytes.count, pipe)
        _ = pclose(pipe)
    }

    /// `nil` when there is none, or none is wanted.
    private static var command: String? {
        let wanted = Terminal.variable("TRACEVIEW_PAGER") ?? Terminal.variable("PAGER")
        if let wanted { return wanted.isEmpty || wanted == "cat" ? nil : wanted }
        let path = (Terminal.variable("PATH") ?? "/usr/bin").split(separator: ":")
        guard path.contains(where: { access("\($0)/less", X_OK) == 0 }) else { return nil }
        return "less -FRX"
    }
}

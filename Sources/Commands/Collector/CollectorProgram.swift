import ArgumentParser
import Glibc

/// The program `collector`.
struct CollectorProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collector",
        abstract: "Takes OpenTelemetry traces, logs and metrics, and keeps them durably in one folder.",
        subcommands: [ServeCommand.self, ExportCommand.self])
}

@main
enum Main {
    static func main() async {
        // A reader that goes away (`| head`) ends the program quietly.
        signal(SIGPIPE, SIG_DFL)
        do {
            var command = try CollectorProgram.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as ProgramError {
            Standard.error("collector: \(error.message)")
            exit(error.exitCode)
        } catch {
            // Usage errors are 2 here as everywhere; the parser would say 64.
            let code = CollectorProgram.exitCode(for: error)
            let text = CollectorProgram.fullMessage(for: error)
            if code == .success {
                Standard.output(text)
                exit(0)
            }
            Standard.error(text)
            exit(code == .validationFailure ? 2 : code.rawValue)
        }
    }
}

/// A failure that ends the program, with what to say and how to exit.
struct ProgramError: Error {
    var message: String
    var exitCode: Int32

    static func usage(_ message: String) -> ProgramError { ProgramError(message: message, exitCode: 2) }
    static func failure(_ message: String) -> ProgramError { ProgramError(message: message, exitCode: 1) }
    static func unreadable(_ message: String) -> ProgramError { ProgramError(message: message, exitCode: 4) }
}

/// Lines on the two standard streams, written at once and whole.
enum Standard {
    static func output(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }
    static func error(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

    static func write(_ bytes: [UInt8], to descriptor: Int32) {
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

    private static func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8), to: descriptor) }
}

public import ArgumentParser
import Glibc

/// How every program here starts and ends.
public enum Program {
    /// Parses the arguments, runs the command, and exits: 0, what a `ProgramError` says, or 2 for wrong usage.
    public static func run(_ root: (some AsyncParsableCommand).Type) async -> Never {
        // A reader that goes away (`| head`) ends the program quietly.
        signal(SIGPIPE, SIG_DFL)
        do {
            var command = try root.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            exit(0)
        } catch let error as ProgramError {
            Standard.error("\(root.configuration.commandName ?? ""): \(error.message)")
            exit(error.exitCode)
        } catch let code as ExitCode {
            // What there is to say has been said.
            exit(code.rawValue)
        } catch {
            // Usage errors are 2 here as everywhere; the parser would say 64.
            let code = root.exitCode(for: error)
            let text = root.fullMessage(for: error)
            if code == .success {
                Standard.output(text)
                exit(0)
            }
            Standard.error(text)
            exit(code == .validationFailure ? 2 : code.rawValue)
        }
    }
}

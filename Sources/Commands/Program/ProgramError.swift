/// A failure that ends the program, with what to say and how to exit.
public struct ProgramError: Error {
    public var message: String
    public var exitCode: Int32

    public static func failure(_ message: String) -> ProgramError { ProgramError(message: message, exitCode: 1) }
    public static func usage(_ message: String) -> ProgramError { ProgramError(message: message, exitCode: 2) }
    public static func notFound(_ message: String) -> ProgramError { ProgramError(message: message, exitCode: 3) }
    public static func unreadable(_ message: String) -> ProgramError { ProgramError(message: message, exitCode: 4) }
}

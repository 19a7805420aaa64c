import Glibc
import Program
import TraceView

/// A file that a command writes.
enum OutputFile {
    /// Writes it whole or not at all, where it is an ordinary file.
    ///
    /// Errors: exit code 4, with the path and what the system says.
    static func write(_ bytes: [UInt8], to path: String) throws(ProgramError) {
        var status = stat()
        let isSpecial = stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
        guard !isSpecial else { return try writeDirectly(bytes, to: path, naming: path) }
        let unfinished = path + ".unfinished-\(getpid())"
        do throws(ProgramError) {
            try writeDirectly(bytes, to: unfinished, naming: path)
            guard rename(unfinished, path) == 0 else { throw failure(path) }
        } catch {
            unlink(unfinished)
            throw error
        }
    }

    private static func writeDirectly(_ bytes: [UInt8], to path: String, naming name: String) throws(ProgramError) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw failure(name) }
        defer { close(file) }
        let error = Standard.write(bytes, to: file)
        guard error == 0 else { throw failure(name, error) }
    }

    private static func failure(_ path: String, _ error: Int32 = errno) -> ProgramError {
        .unreadable("cannot write \(VisibleText.visible(path)): \(String(cString: strerror(error)))")
    }
}

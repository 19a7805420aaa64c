import Glibc
import Program
import Synchronization

/// The terminal while a program has all of it: raw keys, the other screen, the mouse.
///
/// Whatever ends the program gives the terminal back first: a return, an error, a signal, a crash. What the signal handlers need
/// is set up before and never moved.
final class RawTerminal {
    /// Set once; the handlers must not allocate.
    nonisolated(unsafe) private static let saved = UnsafeMutablePointer<termios>.allocate(capacity: 1)
    nonisolated(unsafe) private static let leaveBytes = RawTerminal.copy(leaving)
    private static let isActive = Atomic(false)
    private static let wakeUp = Atomic<Int32>(-1)

    /// The other screen, no cursor, the mouse with wide coordinates.
    private static let entering = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?1000h\u{1B}[?1006h\u{1B}[2J"
    private static let leaving = "\u{1B}[?1006l\u{1B}[?1000l\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l"

    /// The end of a pipe that becomes readable when a signal asks for attention.
    let attention: Int32
    private let attentionEnd: Int32
    private let input: Int32

    /// - Throws: when there is no terminal to take.
    init() throws(ProgramError) {
        // Standard input may have been the story: keys come from the terminal itself then.
        input = isatty(STDIN_FILENO) == 1 ? STDIN_FILENO : open("/dev/tty", O_RDONLY | O_CLOEXEC)
        guard isatty(STDOUT_FILENO) == 1, input >= 0, tcgetattr(input, RawTerminal.saved) == 0 else {
            throw .usage("cannot be interactive: got no terminal; leave out -i, or run it in a terminal")
        }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .failure("cannot be interactive: \(String(cString: strerror(errno)))") }
        (attention, attentionEnd) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        RawTerminal.wakeUp.store(attentionEnd, ordering: .relaxed)
        RawTerminal.installHandlers()
        enter()
    }

    deinit {
        leave()
        RawTerminal.wakeUp.store(-1, ordering: .relaxed)
        close(attention)
        close(attentionEnd)
    }

    // MARK: Taking and giving back

    func enter() {
        var raw = RawTerminal.saved.pointee
        cfmakeraw(&raw)
        tcsetattr(input, TCSAFLUSH, &raw)
        Standard.output(Array(RawTerminal.entering.utf8))
        RawTerminal.isActive.store(true, ordering: .sequentiallyConsistent)
    }

    func leave() {
        RawTerminal.restore()
    }

    /// Stops like any program that is sent to the background, and takes the terminal again when it goes on.
    func suspend() {
        leave()
        raise(SIGSTOP)
        enter()
    }

    func ring() {
        var byte: UInt8 = 0
        _ = Glibc.write(attentionEnd, &byte, 1)
    }

    /// Safe in a signal handler: no allocation, no lock.
    private static func restore() {
        guard isActive.exchange(false, ordering: .sequentiallyConsistent) else { return }
        _ = Glibc.write(STDOUT_FILENO, leaveBytes.baseAddress, leaveBytes.count)
        // Whichever of the two is the terminal.
        if tcsetattr(STDIN_FILENO, TCSADRAIN, saved) != 0 { tcsetattr(STDOUT_FILENO, TCSADRAIN, saved) }
    }

    private static func copy(_ text: String) -> UnsafeBufferPointer<UInt8> {
        let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
        _ = bytes.initialize(from: text.utf8)
        return UnsafeBufferPointer(bytes)
    }

    // MARK: Signals

    private static func installHandlers() {
        _ = leaveBytes
        for ending in [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGPIPE] {
            handle(ending) { signal in
                RawTerminal.restore()
                Glibc.signal(signal, SIG_DFL)
                raise(signal)
            }
        }
        for telling in [SIGWINCH, SIGCONT] {
            handle(telling) { _ in
                var byte: UInt8 = 1
                _ = Glibc.write(RawTerminal.wakeUp.load(ordering: .relaxed), &byte, 1)
            }
        }
        handle(SIGTSTP) { _ in
            RawTerminal.restore()
            raise(SIGSTOP)
        }
    }

    private static func handle(_ number: Int32, _ body: @escaping @convention(c) (Int32) -> Void) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = body
        action.sa_flags = SA_RESTART | Int32(bitPattern: UInt32(SA_NODEFER))
        sigemptyset(&action.sa_mask)
        sigaction(number, &action, nil)
    }

    // MARK: Input

    enum Input {
        case bytes([UInt8])
        case attention
        case nothing
        case closed
    }

    /// Waits for keys or a signal; forever without a time.
    func wait(milliseconds: Int32?) -> Input {
        var polled = [
            pollfd(fd: input, events: Int16(POLLIN), revents: 0),
            pollfd(fd: attention, events: Int16(POLLIN), revents: 0),
        ]
        let count = poll(&polled, 2, milliseconds ?? -1)
        guard count > 0 else { return count == 0 ? .nothing : errno == EINTR ? .attention : .closed }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        if polled[1].revents != 0 {
            _ = read(attention, &buffer, buffer.count)
            // After a stop from outside the terminal has to be taken again.
            if !RawTerminal.isActive.load(ordering: .sequentiallyConsistent) { enter() }
            return .attention
        }
        let read = Glibc.read(input, &buffer, buffer.count)
        guard read > 0 else { return read < 0 && errno == EINTR ? .attention : .closed }
        return .bytes(Array(buffer.prefix(read)))
    }
}

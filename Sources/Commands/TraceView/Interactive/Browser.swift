import Glibc
import OTLP
import Program
import Synchronization
import TraceAssembly
import TraceView

/// Carries events to the model and what it shows to the terminal.
final class Browser {
    private var model: BrowserModel
    private let terminal: RawTerminal
    private var input = TerminalInput()
    private var shown: [String] = []
    private let newer: Newer

    /// A story that has grown since, left by whoever follows it.
    final class Newer: Sendable {
        let story = Mutex<Story?>(nil)
    }

    /// How the browser ended.
    enum End {
        case quit
        case diff
    }

    init(_ story: Story, _ options: ScreenOptions, newer: Newer) throws(ProgramError) {
        terminal = try RawTerminal()
        self.newer = newer
        let size = Terminal.size ?? (80, 24)
        model = BrowserModel(story, options, columns: size.columns, rows: size.rows)
    }

    /// Gives the terminal back, for whatever comes next.
    func close() { terminal.leave() }

    var ring: @Sendable () -> Void {
        let terminal = UncheckedRing(terminal)
        return { terminal.ring() }
    }

    func run() -> End {
        draw()
        while true {
            switch terminal.wait(milliseconds: input.isWaiting ? 25 : 500) {
            case .closed: return .quit
            case .nothing:
                takeNewer()
                if let end = handle(input.flush()) { return end }
            case .attention:
                takeNewer()
                if let size = Terminal.size {
                    if let end = handle([.resize(columns: size.columns, rows: size.rows)]) { return end }
                }
            case .bytes(let bytes): if let end = handle(input.read(bytes)) { return end }
            }
        }
    }

    private func handle(_ events: [TerminalEvent]) -> End? {
        guard !events.isEmpty else { return nil }
        for event in events {
            switch model.handle(event) {
            case .none: break
            case .quit: return .quit
            case .diff: return .diff
            case .redraw: shown = []
            case .suspend:
                terminal.suspend()
                shown = []
            case .copy(let text): copy(text)
            }
        }
        draw()
        return nil
    }

    private func takeNewer() {
        guard let story = newer.story.withLock({ $0.take() }) else { return }
        model.replace(story)
        draw()
    }

    /// Only lines that changed; the terminal shows them at once.
    private func draw() {
        let lines = BrowserScreen(model).lines()
        var text = "\u{1B}[?2026h"
        for (index, line) in lines.enumerated() where !shown.indices.contains(index) || shown[index] != line {
            text += "\u{1B}[\(index + 1);1H\(line)\u{1B}[K"
        }
        if shown.isEmpty { text += "\u{1B}[J" }
        shown = lines
        Standard.output(Array((text + "\u{1B}[?2026l").utf8))
    }

    /// To the clipboard of whoever sits at the terminal, also over ssh.
    ///
    /// Source: XTerm Control Sequences, OSC 52. The text is Base64: nothing of it steers the terminal.
    private func copy(_ text: String) {
        var bytes = Array("\u{1B}]52;c;".utf8)
        Base64.append(Array(text.utf8), to: &bytes)
        Standard.output(bytes + [0x07])
    }
}

/// The bell of a terminal, for another thread: it only writes a byte into a pipe.
private struct UncheckedRing: @unchecked Sendable {
    private let terminal: RawTerminal

    init(_ terminal: RawTerminal) {
        self.terminal = terminal
    }

    func ring() { terminal.ring() }
}

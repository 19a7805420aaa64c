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
    private let news: News
    private let compare: @Sendable (Story) async -> News.Item

    /// What others have found out meanwhile, until the browser takes it.
    final class News: Sendable {
        let items = Mutex<[Item]>([])

        enum Item: Sendable {
            /// The story has grown.
            case story(Story)
            case difference(StoryDifference)
            /// Why there is none.
            case nothing(String)
        }
    }

    /// - Parameter compare: how the story differs from another; is asked for when somebody wants to see it.
    init(
        _ story: Story, _ options: ScreenOptions, news: News, compare: @escaping @Sendable (Story) async -> News.Item
    ) throws(ProgramError) {
        terminal = try RawTerminal()
        self.news = news
        self.compare = compare
        let size = Terminal.size ?? (80, 24)
        model = BrowserModel(story, options, columns: size.columns, rows: size.rows)
    }

    var ring: @Sendable () -> Void {
        let terminal = UncheckedRing(terminal)
        return { terminal.ring() }
    }

    /// Until somebody quits. Afterwards the terminal is given back, whoever still holds the bell.
    func run() {
        defer { terminal.leave() }
        draw()
        while true {
            switch terminal.wait(milliseconds: input.isWaiting ? 25 : 500) {
            case .closed: return
            case .nothing:
                takeNews()
                guard handle(input.flush()) else { return }
            case .attention:
                takeNews()
                if let size = Terminal.size {
                    guard handle([.resize(columns: size.columns, rows: size.rows)]) else { return }
                }
            case .bytes(let bytes): guard handle(input.read(bytes)) else { return }
            }
        }
    }

    /// - Returns: whether it goes on.
    private func handle(_ events: [TerminalEvent]) -> Bool {
        guard !events.isEmpty else { return true }
        for event in events {
            switch model.handle(event) {
            case .none: break
            case .quit: return false
            case .diff:
                let (story, news, compare, ring) = (model.story, news, compare, ring)
                Task.detached {
                    let found = await compare(story)
                    news.items.withLock { $0.append(found) }
                    ring()
                }
            case .redraw: shown = []
            case .suspend:
                terminal.suspend()
                shown = []
            case .copy(let text): copy(text)
            }
        }
        draw()
        return true
    }

    private func takeNews() {
        let items = news.items.withLock { items in
            defer { items = [] }
            return items
        }
        guard !items.isEmpty else { return }
        for item in items {
            switch item {
            case .story(let story): model.replace(story)
            case .difference(let difference): model.show(difference)
            case .nothing(let reason): model.say(reason)
            }
        }
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

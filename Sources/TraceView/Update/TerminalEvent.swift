/// What a person does at a terminal.
public enum TerminalEvent: Hashable, Sendable {
    case character(Character)
    case up, down, left, right, pageUp, pageDown, home, end
    case enter, escape, backspace, tab
    /// A letter with the control key: "c", "z", "l".
    case control(Character)
    /// Counted from 0.
    case click(column: Int, row: Int)
    case wheelUp, wheelDown
    case resize(columns: Int, rows: Int)
}

/// Reads keys and the mouse out of the bytes that a terminal sends.
///
/// Shape:  bytes come in any pieces; what is not whole waits. An escape byte that nothing follows is the key: `flush()` says so.
/// Source: ECMA-48; XTerm Control Sequences, "Mouse Tracking", mode 1006.
public struct TerminalInput: Sendable {
    private var pending: [UInt8] = []

    public init() {}

    /// Something waits for more bytes.
    public var isWaiting: Bool { !pending.isEmpty }

    public mutating func read(_ bytes: some Sequence<UInt8>) -> [TerminalEvent] {
        pending += bytes
        var events: [TerminalEvent] = []
        while let (event, count) = next() {
            pending.removeFirst(count)
            if let event { events.append(event) }
        }
        // A sequence that never ends is no sequence.
        if pending.count > 64 { pending = [] }
        return events
    }

    public mutating func flush() -> [TerminalEvent] {
        defer { pending = [] }
        return pending.first == 0x1B ? [.escape] : []
    }

    /// The event at the front and its length; no event for a sequence that means nothing here.
    private func next() -> (TerminalEvent?, Int)? {
        guard let first = pending.first else { return nil }
        switch first {
        case 0x1B: return escapeSequence()
        case 0x0D, 0x0A: return (.enter, 1)
        case 0x09: return (.tab, 1)
        case 0x7F, 0x08: return (.backspace, 1)
        case 0x01...0x1A: return (.control(Character(Unicode.Scalar(first + 0x60))), 1)
        case 0x00, 0x1C...0x1F: return (nil, 1)
        case 0x20..<0x80: return (.character(Character(Unicode.Scalar(first))), 1)
        default: return character(first)
        }
    }

    private func character(_ first: UInt8) -> (TerminalEvent?, Int)? {
        let count = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
        guard pending.count >= count else { return nil }
        guard count > 1, let text = String(validating: pending[..<count], as: UTF8.self), let character = text.first
        else { return (nil, 1) }
        return (.character(character), count)
    }

    private func escapeSequence() -> (TerminalEvent?, Int)? {
        guard pending.count >= 2 else { return nil }
        switch pending[1] {
        case UInt8(ascii: "["): break
        case UInt8(ascii: "O"):
            guard pending.count >= 3 else { return nil }
            return (TerminalInput.cursorKey(pending[2], ""), 3)
        case 0x1B: return (.escape, 1)
        default: return (.escape, 1)
        }
        guard let end = pending.indices.dropFirst(2).first(where: { (0x40...0x7E).contains(pending[$0]) }) else {
            return nil
        }
        let parameters = String(decoding: pending[2..<end], as: UTF8.self)
        let count = end + 1
        if parameters.hasPrefix("<") { return (TerminalInput.mouse(parameters.dropFirst(), pending[end]), count) }
        return (TerminalInput.cursorKey(pending[end], parameters), count)
    }

    private static func cursorKey(_ final: UInt8, _ parameters: String) -> TerminalEvent? {
        switch final {
        case UInt8(ascii: "A"): return .up
        case UInt8(ascii: "B"): return .down
        case UInt8(ascii: "C"): return .right
        case UInt8(ascii: "D"): return .left
        case UInt8(ascii: "H"): return .home
        case UInt8(ascii: "F"): return .end
        case UInt8(ascii: "~"):
            switch parameters.prefix(while: { $0 != ";" }) {
            case "1", "7": return .home
            case "4", "8": return .end
            case "5": return .pageUp
            case "6": return .pageDown
            default: return nil
            }
        default: return nil
        }
    }

    private static func mouse(_ parameters: Substring, _ final: UInt8) -> TerminalEvent? {
        let numbers = parameters.split(separator: ";").compactMap { Int($0) }
        guard numbers.count == 3, final == UInt8(ascii: "M") else { return nil }
        switch numbers[0] & ~0b1_1100 {
        case 0: return .click(column: max(0, numbers[1] - 1), row: max(0, numbers[2] - 1))
        case 64: return .wheelUp
        case 65: return .wheelDown
        default: return nil
        }
    }
}

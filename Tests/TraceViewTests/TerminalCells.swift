/// What a terminal makes of a line, reckoned another way than the screens do: by tables of the C library's kind, for the
/// characters that the stories hold.
enum TerminalCells {
    static func width(_ line: String) -> Int {
        line.reduce(0) { $0 + width($1) }
    }

    private static func width(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.properties.isEmojiPresentation { return 2 }
        return (0x3000...0x9FFF).contains(first.value) || (0xFF01...0xFF60).contains(first.value) ? 2 : 1
    }
}

/// A line in the making: pieces of text with what they mean, measured in cells.
struct StyledLine {
    private var pieces: [(text: String, role: Style.Role?)] = []
    private(set) var width = 0

    init() {}

    init(_ text: String, _ role: Style.Role? = nil) {
        append(text, role)
    }

    mutating func append(_ text: String, _ role: Style.Role? = nil) {
        guard !text.isEmpty else { return }
        pieces.append((text, role))
        width += Cells.width(text)
    }

    mutating func append(_ line: StyledLine) {
        pieces += line.pieces
        width += line.width
    }

    /// Spaces up to a column; nothing when the line is there already.
    mutating func pad(to column: Int) {
        if column > width { append(String(repeating: " ", count: column - width)) }
    }

    /// At most `count` cells; what is cut ends with "…".
    func truncated(_ count: Int) -> StyledLine {
        guard width > count else { return self }
        var result = StyledLine()
        for piece in pieces {
            let room = count - result.width
            // The cut goes through this piece, or right behind it.
            if Cells.width(piece.text) >= room {
                result.append(Cells.truncate(piece.text + " ", room), piece.role)
                return result
            }
            result.append(piece.text, piece.role)
        }
        return result
    }

    /// Exactly `count` cells.
    func fitted(_ count: Int) -> StyledLine {
        var result = truncated(count)
        result.pad(to: count)
        return result
    }

    /// The text, without spaces at its end.
    func rendered(_ style: Style) -> String {
        var pieces = pieces
        while let last = pieces.last, last.text.last == " " {
            let rest = String(last.text.reversed().drop { $0 == " " }.reversed())
            pieces.removeLast()
            if !rest.isEmpty { pieces.append((rest, last.role)) }
        }
        return pieces.map { style.paint($0.text, $0.role) }.joined()
    }
}

/// Colours, which only repeat what the shapes already say, and the character set.
///
/// Without colours the text is the same, character for character; as ASCII every character is replaced by one as wide.
public struct Style: Hashable, Sendable {
    public var hasColour: Bool
    public var isASCII: Bool

    public init(hasColour: Bool, isASCII: Bool = false) {
        self.hasColour = hasColour
        self.isASCII = isASCII
    }

    enum Role: Hashable {
        case failed, warned, good, critical, cold, faint, strong, selected
        /// A service keeps its colour in every row.
        case service(Int)

        /// SGR parameters.
        ///
        /// Source: Okabe and Ito, "Color Universal Design": these stay apart for colour-blind eyes.
        var code: String {
            switch self {
            case .failed: "1;38;5;202"
            case .warned: "38;5;214"
            case .good: "38;5;36"
            case .critical: "38;5;32"
            case .cold: "38;5;75"
            case .faint: "2"
            case .strong: "1"
            case .selected: "7"
            case .service(let number): "38;5;" + Role.palette[number % Role.palette.count]
            }
        }

        private static let palette = ["75", "36", "175", "228", "32", "180", "109", "252"]
    }

    func paint(_ text: String, _ role: Role?) -> String {
        guard hasColour, let role, !text.isEmpty else { return text }
        return "\u{1B}[\(role.code)m\(text)\u{1B}[0m"
    }

    /// The line as it is printed.
    func finish(_ line: String) -> String {
        isASCII ? ASCII.line(line) : line
    }
}

/// Replaces every character that is not ASCII by ASCII of the same width, so that columns stay where they are.
enum ASCII {
    static func line(_ line: String) -> String {
        guard line.utf8.contains(where: { $0 >= 0x80 }) else { return line }
        var result = ""
        for character in line {
            if character.isASCII {
                result.append(character)
            } else if let equal = equals[character] {
                result.append(equal)
            } else {
                result += String(repeating: "_", count: Cells.width(String(character)))
            }
        }
        return result
    }

    private static let equals: [Character: Character] = [
        "█": "#", "▉": "#", "▊": "#", "▋": "#", "▌": "#", "▍": "#", "▎": "#", "▏": "#", "░": "-", "▚": "i",
        "✗": "x", "✓": "+", "└": "`", "├": "|", "│": "|", "·": ".", "×": "x", "—": "-", "−": "-", "µ": "u",
        "…": ".", "⋯": ".", "≈": "=", "╷": "|", "▁": "_", "▂": "_", "▃": "-", "▄": "-", "▅": "=", "▆": "=", "▇": "#",
        "⟨": "<", "⟩": ">", "▸": ">", "▾": "v", "≥": ">", "±": "+", "─": "-", "▶": ">", "▲": "^", "▼": "v", "→": ">",
    ]
}

/// Colours, which only repeat what the shapes already say. Without them the text is the same, character for character.
public struct Style: Sendable {
    public var hasColour: Bool

    public init(hasColour: Bool) {
        self.hasColour = hasColour
    }

    enum Role {
        case failed, warned, good, critical, faint, strong

        /// SGR parameters; bold and bright ones that stay apart for colour-blind eyes.
        var code: String {
            switch self {
            case .failed: "1;31"
            case .warned: "33"
            case .good: "32"
            case .critical: "34"
            case .faint: "2"
            case .strong: "1"
            }
        }
    }

    func paint(_ text: String, _ role: Role?) -> String {
        guard hasColour, let role, !text.isEmpty else { return text }
        return "\u{1B}[\(role.code)m\(text)\u{1B}[0m"
    }
}

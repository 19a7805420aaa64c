/// Text from telemetry made safe to print: nothing in it can move the cursor, colour the screen, reverse the line or hide.
///
/// Control characters show as their Unicode pictures (␛), everything else that is invisible as its code point (⟨U+202E⟩).
/// Every text that a screen shows passes through here once.
public enum VisibleText {
    public static func visible(_ text: some StringProtocol) -> String {
        guard text.unicodeScalars.contains(where: isHidden) else { return String(text) }
        var result = ""
        for scalar in text.unicodeScalars {
            guard isHidden(scalar) else {
                result.unicodeScalars.append(scalar)
                continue
            }
            switch scalar.value {
            case 0x00...0x1F: result.unicodeScalars.append(picture(0x2400 + scalar.value))
            case 0x7F: result.unicodeScalars.append(picture(0x2421))
            default: result += "⟨U+" + hexadecimal(scalar.value) + "⟩"
            }
        }
        return result
    }

    /// How many cells of a terminal a text takes that was made visible.
    public static func width(_ text: String) -> Int { Cells.width(text) }

    /// Controls (C0, DEL, C1), line and paragraph separators, and formats (bidirectional controls, zero-width characters,
    /// tags); the joiner inside emoji and Indic words is none of them.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value >= 0x20, scalar.value < 0x7F { return false }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return true
        case .format: return scalar.value != 0x200D
        default: return false
        }
    }

    private static func picture(_ value: UInt32) -> Unicode.Scalar {
        Unicode.Scalar(value) ?? "\u{FFFD}"
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

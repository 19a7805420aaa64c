/// How many terminal cells a text takes, and cutting and padding to a number of them.
///
/// Source: Unicode Standard Annex #11, East Asian Width; Unicode Technical Standard #51, emoji presentation.
enum Cells {
    static func width(_ text: some StringProtocol) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.reduce(0) { $0 + width($1) }
    }

    /// Exactly `count` cells: padded with spaces, or cut and ended with "…".
    static func fit(_ text: String, _ count: Int) -> String {
        guard count > 0 else { return "" }
        let cut = truncate(text, count)
        return cut + String(repeating: " ", count: count - width(cut))
    }

    /// At most `count` cells; a text that is cut ends with "…".
    static func truncate(_ text: String, _ count: Int) -> String {
        guard width(text) > count else { return text }
        guard count > 0 else { return "" }
        var result = ""
        var used = 0
        for character in text {
            let next = width(character)
            guard used + next <= count - 1 else { break }
            result.append(character)
            used += next
        }
        return result + "…"
    }

    /// Lines of at most `count` cells, broken between words; what follows the first is indented. A word that is longer is cut.
    static func wrap(_ text: String, _ count: Int, indent: Int) -> [String] {
        var lines: [String] = []
        var words = text.split(separator: " ", omittingEmptySubsequences: false)[...]
        var current = words.popFirst().map(String.init) ?? ""
        for word in words {
            if width(current) + 1 + width(word) > count {
                lines.append(truncate(current, count))
                current = String(repeating: " ", count: indent) + word
            } else {
                current += " " + word
            }
        }
        return lines + [truncate(current, count)]
    }

    /// `text` pushed to the right end of `count` cells.
    static func alignRight(_ text: String, _ count: Int) -> String {
        let cut = truncate(text, count)
        return String(repeating: " ", count: count - width(cut)) + cut
    }

    private static func width(_ character: Character) -> Int {
        var width = 0
        for scalar in character.unicodeScalars {
            // Variation selector 16 asks for the wide, coloured form.
            if scalar.value == 0xFE0F { return 2 }
            width = max(width, self.width(scalar))
        }
        return width
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        if (0x1160...0x11FF).contains(scalar.value) { return 0 }
        if scalar.properties.isEmojiPresentation { return 2 }
        return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    /// The wide and fullwidth blocks.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
        0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60,
        0xFFE0...0xFFE6, 0x16FE0...0x18AFF, 0x1B000...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD,
    ]
}

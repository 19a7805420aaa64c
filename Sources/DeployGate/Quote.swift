/// Text of others made fit for a message: short, on one line, and unable to do anything to a terminal.
enum Quote {
    static func short(_ text: some StringProtocol) -> String {
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < Limits.quoteCharactersMax else { return result + "…" }
            result.unicodeScalars.append(isPlain(scalar) ? scalar : "·")
            count += 1
        }
        return result
    }

    /// The same without a bound: what no report may print becomes a dot.
    static func plain(_ text: String) -> String {
        guard !text.unicodeScalars.allSatisfy(isPlain) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(isPlain(scalar) ? scalar : "·") }
        return String(result)
    }

    /// "edge, tutor and 3 more".
    static func list(_ items: [String], limit: Int = 3) -> String {
        let shown = items.prefix(limit).map { short($0) }
        if items.count > limit { return shown.joined(separator: ", ") + " and \(items.count - limit) more" }
        guard let last = shown.last, shown.count > 1 else { return shown.first ?? "" }
        return shown.dropLast().joined(separator: ", ") + " and " + last
    }

    /// "1 span", "2 spans".
    static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
        "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
    }

    /// Whether it shows as itself and does nothing else.
    static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value >= 0x20, scalar.value < 0x7F { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return false
        default: return true
        }
    }
}

/// Whether a unit is written as UCUM has it, and whether a metric's name repeats it.
///
/// Source: The Unified Code for Units of Measure, case sensitive; OpenTelemetry semantic conventions, instrument units.
enum UnitOfMeasure {
    /// Terms divided by `.` and `/`, each a number, an annotation in braces, or a unit with prefix and exponent.
    static func isValid(_ unit: String) -> Bool {
        guard !unit.isEmpty, unit.utf8.count <= 64, unit.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return false
        }
        var depth = 0
        var terms: [Substring] = []
        var start = unit.startIndex
        for index in unit.indices {
            switch unit[index] {
            case "{":
                depth += 1
                if depth > 1 { return false }
            case "}":
                depth -= 1
                if depth < 0 { return false }
            case "." where depth == 0, "/" where depth == 0:
                terms.append(unit[start..<index])
                start = unit.index(after: index)
            default: break
            }
        }
        guard depth == 0 else { return false }
        terms.append(unit[start...])
        // A unit may begin with a division: "/s".
        if terms.count > 1, terms[0].isEmpty { terms.removeFirst() }
        return terms.allSatisfy(isTerm)
    }

    private static func isTerm(_ term: Substring) -> Bool {
        if term.isEmpty { return false }
        if term.hasPrefix("{") { return term.hasSuffix("}") }
        let bare = term.prefix { $0 != "{" }
        if bare.allSatisfy(\.isNumber) { return true }
        var name = bare[...]
        while let last = name.last, last.isNumber || last == "-" || last == "+" { name.removeLast() }
        if atoms.contains(String(name)) { return true }
        return prefixes.contains { name.hasPrefix($0) && metricAtoms.contains(String(name.dropFirst($0.count))) }
    }

    /// The word in a name that repeats the unit; `nil` when none does.
    static func repeatedWord(in name: String, unit: String) -> String? {
        let words = name.lowercased().split { $0 == "." || $0 == "_" }
        let names = spelled[unit] ?? []
        return names.first { word in words.contains { $0 == word } }
    }

    private static let spelled: [String: [String]] = [
        "s": ["seconds", "second", "secs", "sec"], "ms": ["milliseconds", "millis", "ms", "msec"],
        "us": ["microseconds", "micros", "us"], "ns": ["nanoseconds", "nanos", "ns"],
        "By": ["bytes", "byte"], "KiBy": ["kib", "kibibytes"], "MiBy": ["mib", "mebibytes"],
        "MBy": ["mb", "megabytes"],
        "kBy": ["kb", "kilobytes"], "%": ["percent", "percentage"], "min": ["minutes"], "h": ["hours"], "d": ["days"],
    ]

    private static let prefixes = [
        "Ki", "Mi", "Gi", "Ti", "da", "y", "z", "a", "f", "p", "n", "u", "m", "c", "d", "h", "k", "M", "G", "T", "P",
        "E",
    ]
    private static let metricAtoms: Set<String> = [
        "m", "s", "g", "rad", "K", "C", "cd", "mol", "sr", "Hz", "N", "Pa", "J", "W", "A", "V", "F", "Ohm", "S", "Wb",
        "Cel", "T", "H", "lm", "lx", "Bq", "Gy", "Sv", "L", "l", "eV", "bit", "By", "Bd", "t", "u", "B", "cal",
    ]
    private static let atoms: Set<String> = metricAtoms.union([
        "%", "min", "h", "d", "wk", "mo", "a", "deg", "[degF]", "[in_i]", "[ft_i]", "[mi_i]", "[lb_av]", "[ppm]",
        "[pH]",
    ])
}

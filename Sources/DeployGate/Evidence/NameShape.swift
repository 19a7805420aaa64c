/// Whether a span name holds something that belongs into an attribute: an id, a UUID, a number.
enum NameShape {
    /// The part that should not be there; `nil` for a good name.
    static func identifier(in name: String) -> String? {
        for word in name.split(whereSeparator: { " /?&=:,;()[]{}<>\"'|@#".contains($0) }) {
            if digits(word) >= 4 && word.allSatisfy({ $0.isNumber || $0 == "-" || $0 == "." }) { return String(word) }
            if isHexadecimalID(word) { return String(word) }
        }
        return nil
    }

    /// Twelve and more hexadecimal digits with hyphens, some of them decimal: UUIDs, object ids, hashes.
    private static func isHexadecimalID(_ word: Substring) -> Bool {
        var digitCount = 0
        var decimalCount = 0
        for byte in word.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digitCount += 1
                decimalCount += 1
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): digitCount += 1
            case UInt8(ascii: "-"): break
            default: return false
            }
        }
        return digitCount >= 12 && decimalCount >= 2
    }

    /// A year in a version ("2022-11-15") is no id; a run of four and more digits is.
    private static func digits(_ word: Substring) -> Int {
        var longest = 0
        var current = 0
        for character in word {
            current = character.isNumber ? current + 1 : 0
            longest = max(longest, current)
        }
        return longest
    }
}

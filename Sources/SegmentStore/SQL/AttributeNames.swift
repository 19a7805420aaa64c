import TelemetryStore

/// The attributes that a statement names: what stands in double quotes and is no column.
///
/// 1. Walk the statement past texts, comments and everything that is not a quoted name.
/// 2. A name with a dot is an attribute, whether or not any record has it yet: `"http.route"`.
/// 3. One without a dot is an attribute when some record has it: `"user"`. Otherwise SQLite says that there is no such column,
///    which tells who meant a text and wrote double quotes.
enum AttributeNames {
    static func named(
        in statement: String, columns: Set<String>, isKnown: ([String]) throws(StoreError) -> Set<String>
    ) throws(StoreError) -> [String] {
        var names: [String] = []
        // Names that differ in case only are one column to SQLite.
        var seen = columns
        for name in quotedNames(in: Array(statement.utf8)) where !name.isEmpty {
            if seen.insert(name.lowercased()).inserted { names.append(name) }
        }
        let doubtful = names.filter { !$0.contains(".") }
        let known = doubtful.isEmpty ? [] : try isKnown(doubtful)
        return names.filter { $0.contains(".") || known.contains($0) }
    }

    /// Source: SQLite's tokenizer; lang_keywords.html on the three ways to quote a name.
    static func quotedNames(in text: [UInt8]) -> [String] {
        var names: [String] = []
        var place = 0
        while place < text.count {
            switch text[place] {
            case UInt8(ascii: "'"): _ = quoted(until: UInt8(ascii: "'"), in: text, &place)
            case UInt8(ascii: "\""), UInt8(ascii: "`"):
                if let name = quoted(until: text[place], in: text, &place) { names.append(name) }
            case UInt8(ascii: "["):
                if let name = quoted(until: UInt8(ascii: "]"), in: text, &place) { names.append(name) }
            case UInt8(ascii: "-") where text[place...].starts(with: "--".utf8):
                place = text[place...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count
            case UInt8(ascii: "/") where text[place...].starts(with: "/*".utf8):
                place += 2
                while place < text.count, !text[place...].starts(with: "*/".utf8) { place += 1 }
                place += 2
            default: place += 1
            }
        }
        return names
    }

    /// What stands between quotes, and moves behind it; a doubled quote is one. `nil` when the end is missing.
    private static func quoted(until quote: UInt8, in text: [UInt8], _ place: inout Int) -> String? {
        var content: [UInt8] = []
        place += 1
        while place < text.count {
            if text[place] == quote {
                guard place + 1 < text.count, text[place + 1] == quote, quote != UInt8(ascii: "]") else {
                    place += 1
                    return String(decoding: content, as: UTF8.self)
                }
                place += 1
            }
            content.append(text[place])
            place += 1
        }
        return nil
    }
}

/// Text that is hidden wherever it stands.
public struct RedactionPattern: Sendable {
    /// Returns the ranges to hide, in order and apart.
    let find: @Sendable (UnsafeRawBufferPointer) -> [Range<Int>]

    /// `find` is given the text as UTF-8 and returns what to hide, as offsets of bytes; it must not block.
    public init(_ find: @escaping @Sendable (_ text: [UInt8]) -> [Range<Int>]) {
        self.find = { find(Array($0)) }
    }

    init(bytes find: @escaping @Sendable (UnsafeRawBufferPointer) -> [Range<Int>]) {
        self.find = find
    }

    /// Payment card numbers: 13 to 19 digits, also in groups, whose check digit is right (ISO/IEC 7812).
    public static let cardNumber = RedactionPattern(bytes: CardNumbers.find)
    /// `name@host.tld`.
    public static let email = RedactionPattern(bytes: EmailAddresses.find)
    /// Tokens that begin as their makers begin them: JSON web tokens, `Bearer …`, AWS, GitHub, Slack, Stripe and model providers' keys.
    public static let token = RedactionPattern(bytes: Tokens.find)

    /// All of the above.
    public static let all: [RedactionPattern] = [.cardNumber, .email, .token]
}

enum CardNumbers {
    static func find(_ text: UnsafeRawBufferPointer) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var place = 0
        while place < text.count {
            guard isDigit(text[place]), place == 0 || !isWordByte(text[place - 1]) else {
                place += 1
                continue
            }
            var digits: [UInt8] = []
            var end = place
            var next = place
            while next < text.count, digits.count <= 19 {
                if isDigit(text[next]) {
                    digits.append(text[next] - UInt8(ascii: "0"))
                    end = next + 1
                } else if text[next] != UInt8(ascii: " "), text[next] != UInt8(ascii: "-") {
                    break
                } else if next > place, !isDigit(text[next - 1]) {
                    break
                }
                next += 1
            }
            let isApart = end == text.count || !isWordByte(text[end])
            if isApart, (13...19).contains(digits.count), hasCheckDigit(digits) { found.append(place..<end) }
            place = max(end, place + 1)
        }
        return found
    }

    /// Source: ISO/IEC 7812-1, annex B (Luhn).
    private static func hasCheckDigit(_ digits: [UInt8]) -> Bool {
        var sum = 0
        for (place, digit) in digits.reversed().enumerated() {
            let doubled = Int(digit) * (place % 2 == 0 ? 1 : 2)
            sum += doubled > 9 ? doubled - 9 : doubled
        }
        return sum % 10 == 0 && sum > 0
    }
}

enum EmailAddresses {
    static func find(_ text: UnsafeRawBufferPointer) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var place = 0
        while place < text.count {
            defer { place += 1 }
            guard text[place] == UInt8(ascii: "@") else { continue }
            var start = place
            while start > (found.last?.upperBound ?? 0), isName(text[start - 1]) { start -= 1 }
            var end = place + 1
            while end < text.count, isHost(text[end]) { end += 1 }
            while end > place + 1, text[end - 1] == UInt8(ascii: ".") { end -= 1 }
            let host = text[(place + 1)..<end]
            if start < place, host.contains(UInt8(ascii: ".")), host.first != UInt8(ascii: ".") {
                found.append(start..<end)
                place = end - 1
            }
        }
        return found
    }

    private static func isName(_ byte: UInt8) -> Bool {
        isWordByte(byte) || byte >= 0x80 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "%")
    }

    private static func isHost(_ byte: UInt8) -> Bool {
        isWordByte(byte) || byte >= 0x80 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }
}

enum Tokens {
    /// How a token begins, and how many more characters it has at least.
    private static let beginnings: [(text: StaticString, rest: Int)] = [
        ("Bearer ", 8), ("bearer ", 8), ("Basic ", 8), ("eyJ", 20), ("AKIA", 16), ("ASIA", 16), ("ghp_", 20),
        ("gho_", 20),
        ("ghs_", 20), ("github_pat_", 20), ("xoxb-", 10), ("xoxp-", 10), ("sk-", 20), ("sk_live_", 10),
        ("sk_test_", 10), ("rk_live_", 10), ("AIza", 30), ("glpat-", 16), ("npm_", 30),
    ]

    static func find(_ text: UnsafeRawBufferPointer) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var place = 0
        while place < text.count {
            guard place == 0 || !isWordByte(text[place - 1]), let end = tokenEnd(text, place) else {
                place += 1
                continue
            }
            found.append(place..<end)
            place = end
        }
        return found
    }

    private static func tokenEnd(_ text: UnsafeRawBufferPointer, _ start: Int) -> Int? {
        for (beginning, rest) in beginnings {
            let count = beginning.utf8CodeUnitCount
            guard start + count <= text.count, text[start] == beginning.utf8Start[0],
                (0..<count).allSatisfy({ text[start + $0] == beginning.utf8Start[$0] })
            else { continue }
            var end = start + count
            while end < text.count, isTokenByte(text[end]) { end += 1 }
            if end - start - count >= rest { return end }
        }
        return nil
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        isWordByte(byte) || "-.~+/=".utf8.contains(byte)
    }
}

private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

private func isWordByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
}

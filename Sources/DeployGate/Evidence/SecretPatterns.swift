/// Finds secrets in text by their shape: keys with a known prefix, bearer tokens, private keys, card numbers.
///
/// Source: published token formats of the providers named; ISO/IEC 7812 for card numbers (Luhn's check digit).
enum SecretPatterns {
    /// The kind of the first secret in a text; `nil` when there is none.
    static func kind(in text: String) -> String? {
        var text = text
        return text.withUTF8 { bytes in
            kind(in: UnsafeBufferPointer(rebasing: bytes.prefix(Limits.searchedTextBytesMax)))
        }
    }

    private struct Token {
        var prefix: [UInt8]
        /// How many token characters have to follow.
        var length: Int
        var kind: String

        init(_ prefix: String, _ length: Int, _ kind: String) {
            self.prefix = Array(prefix.utf8)
            self.length = length
            self.kind = kind
        }
    }

    private static let tokens = [
        Token("AKIA", 16, "AWS access key"), Token("ASIA", 16, "AWS access key"),
        Token("ghp_", 36, "GitHub token"), Token("gho_", 36, "GitHub token"), Token("ghs_", 36, "GitHub token"),
        Token("github_pat_", 22, "GitHub token"), Token("glpat-", 20, "GitLab token"),
        Token("xoxb-", 20, "Slack token"), Token("xoxp-", 20, "Slack token"),
        Token("sk_live_", 16, "Stripe key"), Token("rk_live_", 16, "Stripe key"),
        Token("sk-ant-", 20, "API key"), Token("sk-proj-", 20, "API key"), Token("sk-", 32, "API key"),
        Token("AIza", 35, "Google API key"), Token("npm_", 36, "npm token"),
        Token("eyJ", 40, "JSON web token"), Token("Bearer ", 16, "bearer token"), Token("bearer ", 16, "bearer token"),
        Token("Basic ", 16, "basic credentials"), Token("-----BEGIN ", 0, "private key"),
    ]

    /// Whether a token may begin with a byte.
    private static let firstBytes: [Bool] = {
        var table = [Bool](repeating: false, count: 256)
        for token in tokens { table[Int(token.prefix[0])] = true }
        for digit in 0x30...0x39 { table[digit] = true }
        return table
    }()

    private static func kind(in bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            guard firstBytes[Int(byte)], index == 0 || !isWord(bytes[index - 1]) else {
                index += 1
                continue
            }
            if byte >= 0x30, byte <= 0x39 {
                let end = digitsEnd(bytes, index)
                if isCardNumber(bytes, index, end) { return "card number" }
                index = max(end, index + 1)
                continue
            }
            for token in tokens where token.prefix[0] == byte && matches(token, bytes, index) { return token.kind }
            index += 1
        }
        return nil
    }

    private static func matches(_ token: Token, _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
        guard bytes.count - start >= token.prefix.count + token.length else { return false }
        for offset in token.prefix.indices where bytes[start + offset] != token.prefix[offset] { return false }
        let rest = start + token.prefix.count
        guard token.length > 0 else {
            let line = String(decoding: bytes[rest..<min(rest + 32, bytes.count)], as: UTF8.self)
            return line.contains("PRIVATE KEY-----")
        }
        for offset in 0..<token.length where !isToken(bytes[rest + offset]) { return false }
        // A word that is repeated or a placeholder is no secret: real ones have digits.
        return bytes[rest..<rest + token.length].contains { $0 >= 0x30 && $0 <= 0x39 }
    }

    /// The end of a run of digits, with single spaces or hyphens between groups.
    private static func digitsEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        var index = start
        while index < bytes.count {
            if bytes[index] >= 0x30, bytes[index] <= 0x39 {
                index += 1
            } else if bytes[index] == 0x20 || bytes[index] == 0x2D, index + 1 < bytes.count, bytes[index + 1] >= 0x30,
                bytes[index + 1] <= 0x39
            {
                index += 1
            } else {
                break
            }
        }
        return index
    }

    /// Groups of four (or 4-6-5) digits that begin as cards do and whose check digit is right.
    private static func isCardNumber(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        guard end - start >= 15, end - start <= 23, end == bytes.count || !isWord(bytes[end]) else { return false }
        var digits: [Int] = []
        var groups: [Int] = [0]
        for byte in bytes[start..<end] {
            if byte >= 0x30, byte <= 0x39 {
                digits.append(Int(byte) - 0x30)
                groups[groups.count - 1] += 1
            } else {
                groups.append(0)
            }
        }
        let isGrouped = groups == [4, 4, 4, 4] || groups == [4, 6, 5] || groups.count == 1
        let first = digits[0] * 10 + digits[1]
        let isIssued =
            digits.count == 16 && (digits[0] == 4 || (51...55).contains(first) || first == 65 || first == 60)
            || digits.count == 15 && (first == 34 || first == 37)
        guard isGrouped, isIssued else { return false }
        var sum = 0
        for (index, digit) in digits.reversed().enumerated() {
            let value = index % 2 == 1 ? digit * 2 : digit
            sum += value > 9 ? value - 9 : value
        }
        return sum % 10 == 0
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        isWord(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/")
            || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "=")
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

/// Finds what looks like a secret in a text: tokens, keys, passwords in URLs, mail addresses, card numbers.
///
/// Shape: ranges of UTF-8 bytes, in order; they may touch. Each begins and ends at an ASCII character.
/// Cost:  O(n): one walk, and no run of characters is measured twice.
struct SecretScanner {
    private let bytes: [UInt8]
    private(set) var secrets: [Range<Int>] = []
    private var place = 0
    /// The end of the run of word characters and dashes that was measured last.
    private var runEnd = 0
    /// The end of the run in which a web token was looked for.
    private var triedRunEnd = 0
    /// Where the run of characters that a mail address may begin with began.
    private var mailStart = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
        while place < bytes.count { step() }
    }

    private mutating func step() {
        if let secret = secret() {
            secrets.append(secret)
            place = max(secret.upperBound, place + 1)
            mailStart = place
            return
        }
        if !isMailName(bytes[place]) { mailStart = place + 1 }
        place += 1
    }

    private mutating func secret() -> Range<Int>? {
        switch bytes[place] {
        case UInt8(ascii: "@"): mailAddress()
        case UInt8(ascii: "?"), UInt8(ascii: "&"): queryValue()
        case UInt8(ascii: ":"): userInformation()
        case UInt8(ascii: "e"): webToken()
        case UInt8(ascii: "0")...UInt8(ascii: "9"): isWordStart ? cardNumber() : nil
        case UInt8(ascii: "B"), UInt8(ascii: "b"): isWordStart ? schemeAndCredentials() : nil
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
            isWordStart ? accessKey() ?? prefixedKey() : nil
        default: nil
        }
    }

    // MARK: Kinds of secrets

    /// Bearer and Basic credentials of six characters or more, with the word.
    private func schemeAndCredentials() -> Range<Int>? {
        for scheme in ["bearer", "basic"] where has(scheme, at: place, ignoringCase: true) {
            let blank = place + scheme.utf8.count
            let start = end(from: blank, while: isSpace)
            let end = end(from: start) { isWord($0) || "._~+/=-".utf8.contains($0) }
            if start > blank, end - start >= 6 { return place..<end }
        }
        return nil
    }

    /// A JSON Web Token: three parts, the first the beginning of a JSON object.
    private mutating func webToken() -> Range<Int>? {
        guard has("eyJ", at: place) else { return nil }
        let dot = endOfRun()
        // What follows the run is the same for each place in it, and the first is the longest.
        guard dot != triedRunEnd else { return nil }
        triedRunEnd = dot
        guard dot - place >= 9, at(dot) == UInt8(ascii: ".") else { return nil }
        let secondDot = end(from: dot + 1, while: isRun)
        guard secondDot > dot + 1, at(secondDot) == UInt8(ascii: ".") else { return nil }
        return place..<end(from: secondDot + 1, while: isRun)
    }

    /// An access key id of AWS.
    private func accessKey() -> Range<Int>? {
        guard has("AKIA", at: place) || has("ASIA", at: place), place + 20 <= bytes.count else { return nil }
        let isWhole = bytes[place..<place + 20].allSatisfy { isUpper($0) || isDigit($0) }
        return isWhole && !isWord(at: place + 20) ? place..<place + 20 : nil
    }

    /// A key that says by its beginning whose it is: sk_live_…, ghp-…
    private mutating func prefixedKey() -> Range<Int>? {
        guard
            let prefix = ["sk", "pk", "rk", "ghp", "gho", "xoxa", "xoxb", "xoxp"].first(where: { has($0, at: place) })
        else { return nil }
        let separator = place + prefix.utf8.count
        guard at(separator) == UInt8(ascii: "-") || at(separator) == UInt8(ascii: "_") else { return nil }
        let end = endOfRun()
        return end - separator > 10 ? place..<end : nil
    }

    /// What stands around an @: a name before it, and behind it a domain that ends with a dot and letters.
    private func mailAddress() -> Range<Int>? {
        guard mailStart < place else { return nil }
        let domainEnd = end(from: place + 1) {
            isLetter($0) || isDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
        }
        var end: Int?
        var letters = 0
        for index in (place + 1..<max(domainEnd, place + 1)).reversed() {
            if bytes[index] == UInt8(ascii: "."), letters >= 2, index > place + 1 {
                end = index + 1 + letters
                break
            }
            letters = isLetter(bytes[index]) ? letters + 1 : 0
        }
        return end.map { mailStart..<$0 }
    }

    /// The value of a parameter that is called like a secret.
    private func queryValue() -> Range<Int>? {
        let names = ["token", "key", "sig", "signature", "password", "code", "secret"]
        guard let name = names.first(where: { has($0 + "=", at: place + 1) }) else { return nil }
        let start = place + 2 + name.utf8.count
        let end = end(from: start) { $0 != UInt8(ascii: "&") && !isSpace($0) }
        return end > start ? start..<end : nil
    }

    /// The user and the password of ://user:password@host.
    private func userInformation() -> Range<Int>? {
        guard has("://", at: place) else { return nil }
        let colon = end(from: place + 3) { !isSpace($0) && !"/:@".utf8.contains($0) }
        guard colon > place + 3, at(colon) == UInt8(ascii: ":") else { return nil }
        let end = end(from: colon + 1) { !isSpace($0) && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "@") }
        return end > colon + 1 && at(end) == UInt8(ascii: "@") ? place + 3..<end : nil
    }

    /// 13 to 19 digits, perhaps with a space or dash between two, that check.
    private func cardNumber() -> Range<Int>? {
        var digits: [UInt8] = []
        var index = place
        var found: Int?
        while let byte = at(index), digits.count < 19 {
            if isDigit(byte) {
                digits.append(byte - UInt8(ascii: "0"))
                if digits.count >= 13, !isWord(at: index + 1), SecretScanner.checks(digits) { found = index + 1 }
            } else {
                let isSeparator = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "-")
                guard isSeparator, let next = at(index + 1), isDigit(next) else { break }
            }
            index += 1
        }
        return found.map { place..<$0 }
    }

    /// Source: ISO/IEC 7812-1, annex B.
    private static func checks(_ digits: [UInt8]) -> Bool {
        let sum = digits.reversed().enumerated().reduce(0) { sum, digit in
            let doubled = digit.offset % 2 == 1 ? Int(digit.element) * 2 : Int(digit.element)
            return sum + (doubled > 9 ? doubled - 9 : doubled)
        }
        return sum % 10 == 0
    }

    // MARK: Bytes

    private func at(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

    private func isWord(at index: Int) -> Bool { index < bytes.count && isWord(bytes[index]) }

    private func has(_ word: String, at start: Int, ignoringCase: Bool = false) -> Bool {
        guard start + word.utf8.count <= bytes.count else { return false }
        return word.utf8.enumerated().allSatisfy { offset, byte in
            bytes[start + offset] == byte || ignoringCase && bytes[start + offset] | 0x20 == byte
        }
    }

    private func end(from start: Int, while belongs: (UInt8) -> Bool) -> Int {
        var index = start
        while index < bytes.count, belongs(bytes[index]) { index += 1 }
        return index
    }

    /// Where the run of word characters and dashes around the place ends.
    private mutating func endOfRun() -> Int {
        if runEnd <= place { runEnd = end(from: place, while: isRun) }
        return runEnd
    }

    private var isWordStart: Bool { place == 0 || !isWord(bytes[place - 1]) }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
    private func isUpper(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") }
    private func isLetter(_ byte: UInt8) -> Bool { isUpper(byte & 0xDF) && byte < 0x80 }
    private func isWord(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") }
    private func isRun(_ byte: UInt8) -> Bool { isWord(byte) || byte == UInt8(ascii: "-") }
    private func isMailName(_ byte: UInt8) -> Bool { isWord(byte) || ".%+-".utf8.contains(byte) }
    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte >= 0x09 && byte <= 0x0D }
}

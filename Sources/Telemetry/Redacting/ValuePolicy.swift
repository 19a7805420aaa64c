/// What every value passes on its way out: redaction by key, redaction by pattern, a limit of length.
///
/// Cost: a look-up for a key; for a value nothing as long as there are no patterns and it is short.
///
/// Shape: bare memory that is made once and never given back, so that passing it on and reading it count no references.
package struct ValuePolicy: @unchecked Sendable {
    private let keys: KeyMatcher?
    private let patterns: Unmanaged<Patterns>?
    private var lengthMax: Int

    private final class Patterns: Sendable {
        let all: [RedactionPattern]
        init(_ all: [RedactionPattern]) { self.all = all }
    }

    package init(_ redaction: Redaction = .standard, valueLengthMax: Int = Limits.valueLengthMax) {
        keys =
            redaction.keyParts.isEmpty && redaction.keyEnds.isEmpty
            ? nil : KeyMatcher(parts: redaction.keyParts, ends: redaction.keyEnds)
        patterns = redaction.patterns.isEmpty ? nil : .passRetained(Patterns(redaction.patterns))
        lengthMax = valueLengthMax
    }

    /// The same with another limit: what finds keys and patterns is made once.
    func limited(to lengthMax: Int) -> ValuePolicy {
        var policy = self
        policy.lengthMax = lengthMax
        return policy
    }

    /// The value of this key is a secret whatever it is.
    @inline(__always)
    func hides(_ key: UnsafeRawBufferPointer) -> Bool {
        keys?.matches(key) ?? false
    }

    /// Hands on the text as it may leave: without what the patterns find, and not longer than the limit.
    @inline(__always)
    func pass(_ text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) {
        if let patterns {
            clean(text, lengthMax, patterns, body)
        } else {
            body(text.count <= lengthMax ? text : Self.cut(text, lengthMax))
        }
    }

    /// The same for a message, which may be longer than a value.
    @inline(__always)
    func passMessage(_ text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) {
        if let patterns {
            clean(text, Limits.messageLengthMax, patterns, body)
        } else {
            body(text.count <= Limits.messageLengthMax ? text : Self.cut(text, Limits.messageLengthMax))
        }
    }

    /// Text as it may leave.
    package func clean(_ text: String) -> String {
        text.withBytes { bytes in
            var result = ""
            pass(bytes) { result = String(decoding: $0, as: UTF8.self) }
            return result
        }
    }

    @inline(never)
    private func clean(
        _ text: UnsafeRawBufferPointer, _ lengthMax: Int, _ patterns: Unmanaged<Patterns>,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        // What lies far behind the limit will not leave: it need not be searched. What lies across it must.
        let text = text.count <= 4 * lengthMax ? text : Self.cut(text, 4 * lengthMax)
        var bytes = [UInt8](text)
        for pattern in patterns.takeUnretainedValue().all {
            let found = bytes.withUnsafeBytes { pattern.find($0) }
            for range in found.reversed() where range.lowerBound >= 0 && range.upperBound <= bytes.count {
                bytes.replaceSubrange(range, with: Redaction.replacement.utf8)
            }
        }
        // A pattern of the host may have cut a character in two.
        let clean = String(decoding: bytes, as: UTF8.self)
        clean.withBytes { body($0.count <= lengthMax ? $0 : Self.cut($0, lengthMax)) }
    }

    /// The first `length` characters, counted as code points.
    @inline(never)
    static func cut(_ text: UnsafeRawBufferPointer, _ length: Int) -> UnsafeRawBufferPointer {
        var characters = 0
        for (place, byte) in text.enumerated() where byte & 0xC0 != 0x80 {
            if characters == length { return UnsafeRawBufferPointer(rebasing: text[..<place]) }
            characters += 1
        }
        return text
    }
}

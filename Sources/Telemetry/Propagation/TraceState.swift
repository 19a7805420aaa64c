/// What the tracing systems that took part in a trace want to find again, the one that wrote last in front.
///
/// Bounds: 32 members, keys and values of 256 characters; `text` is at most Limits.traceStateBytesMax long.
/// Source: W3C Trace Context level 2, 3.3 and 3.5.
package struct TraceState: Hashable, Sendable {
    package struct Member: Hashable, Sendable {
        package var key: String
        package var value: String

        var byteCount: Int { key.utf8.count + 1 + value.utf8.count }
    }

    package private(set) var members: [Member] = []

    package init() {}

    /// Reads the header's value; `nil` when one member is not well-formed or there are too many: then none is to be kept.
    ///
    /// Of members with the same key the first one stays: it was written last.
    package init?(_ header: String) {
        guard header.utf8.count <= Limits.traceStateHeaderBytesMax else { return nil }
        var count = 0
        for part in header.split(separator: ",") {
            // Spaces before a value are part of it, those behind it are not.
            let text = part.trimmed
            guard !text.isEmpty else { continue }
            count += 1
            guard count <= Self.membersMax, let equals = text.firstIndex(of: "=") else { return nil }
            let member = Member(key: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
            guard Self.isKey(member.key), Self.isValue(member.value) else { return nil }
            if !members.contains(where: { $0.key == member.key }) { members.append(member) }
        }
    }

    package var isEmpty: Bool { members.isEmpty }

    /// A new or changed member moves to the front; the last one makes room for it. `nil` removes the member. A key or
    /// value that the header cannot carry changes nothing.
    package subscript(key: String) -> String? {
        get { members.first { $0.key == key }?.value }
        set {
            guard let newValue else { return members.removeAll { $0.key == key } }
            guard Self.isKey(key), Self.isValue(newValue) else { return }
            members.removeAll { $0.key == key }
            members.insert(Member(key: key, value: newValue), at: 0)
            if members.count > Self.membersMax { members.removeLast() }
        }
    }

    /// The header's value. Where it would be too long, members of more than 128 characters go first, then the last ones.
    package var text: String {
        var kept = members
        var byteCount = kept.reduce(kept.count - 1) { $0 + $1.byteCount }
        while byteCount > Limits.traceStateBytesMax {
            let place = kept.lastIndex { $0.byteCount > 128 } ?? kept.count - 1
            byteCount -= kept.remove(at: place).byteCount + 1
        }
        return kept.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }

    private static let membersMax = 32

    private static func isKey(_ text: String) -> Bool {
        guard (1...256).contains(text.utf8.count), let first = text.utf8.first, isLowerLetterOrDigit(first) else {
            return false
        }
        return text.utf8.allSatisfy { isLowerLetterOrDigit($0) || keyMarks.contains($0) }
    }

    private static func isValue(_ text: String) -> Bool {
        (1...256).contains(text.utf8.count) && text.utf8.last != UInt8(ascii: " ")
            && text.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=") }
    }

    private static let keyMarks = Array("_-*/@".utf8)

    private static func isLowerLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

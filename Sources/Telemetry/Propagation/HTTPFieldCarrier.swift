public import Tracing

/// HTTP header fields as a list of names and values.
///
/// Names are compared without regard to case. A field that stands more than once is read as one, joined with commas, as
/// HTTP has it: a second `traceparent` makes both invalid. What is written replaces what was there.
/// Source: RFC 9110, 5.1 and 5.3.
public struct HTTPFieldCarrier: Extractor, Injector {
    public typealias Carrier = [(name: String, value: String)]

    public init() {}

    public func extract(key: String, from fields: Carrier) -> String? {
        var joined: String?
        for field in fields where ASCIICase.equal(field.name, key) {
            joined = joined.map { "\($0),\(field.value)" } ?? field.value
        }
        return joined
    }

    public func inject(_ value: String, forKey key: String, into fields: inout Carrier) {
        fields.removeAll { ASCIICase.equal($0.name, key) }
        fields.append((key, value))
    }
}

enum ASCIICase {
    static func equal(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && zip(left.utf8, right.utf8).allSatisfy { lower($0) == lower($1) }
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}

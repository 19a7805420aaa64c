public import Tracing

/// The environment of a process: `TRACEPARENT` and its like, for what is started as a child.
///
/// A parent puts them into a copy of its environment; a child reads them once, when it starts. Who starts children that it
/// does not trust leaves them out: a program of another user can read them.
/// Source: OpenTelemetry specification 1.x, Environment Variables as Context Propagation Carriers.
public struct EnvironmentCarrier: Extractor, Injector {
    public typealias Carrier = [String: String]

    public init() {}

    public func extract(key: String, from environment: Carrier) -> String? {
        environment[Self.variable(key)]
    }

    public func inject(_ value: String, forKey key: String, into environment: inout Carrier) {
        environment[Self.variable(key)] = value
    }

    /// Upper-case letters, digits and underscores; everything else becomes an underscore, and a digit does not come first.
    static func variable(_ name: String) -> String {
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): bytes.append(byte & ~0x20)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): bytes.append(byte)
            // A character of several bytes is one character.
            case 0x80...0xBF: continue
            default: bytes.append(UInt8(ascii: "_"))
            }
        }
        guard let first = bytes.first else { return "_" }
        if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) { bytes.insert(UInt8(ascii: "_"), at: 0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

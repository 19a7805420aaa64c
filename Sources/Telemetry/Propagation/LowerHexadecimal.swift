import OTLP

/// Ids as headers write them: lower-case hexadecimal digits, a fixed number of them.
enum LowerHexadecimal {
    static func integer(_ text: some Collection<UInt8>, digits: Int) -> UInt64? {
        guard text.count == digits else { return nil }
        var value: UInt64 = 0
        for digit in text {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }

    /// 32 digits, not all zero.
    static func traceID(_ text: some Collection<UInt8>) -> TraceID? {
        guard text.count == 32, let high = integer(text.prefix(16), digits: 16),
            let low = integer(text.dropFirst(16), digits: 16), high | low != 0
        else { return nil }
        return TraceID(high: high, low: low)
    }

    /// 16 digits, not all zero.
    static func spanID(_ text: some Collection<UInt8>) -> SpanID? {
        guard let value = integer(text, digits: 16), value != 0 else { return nil }
        return SpanID(value)
    }
}

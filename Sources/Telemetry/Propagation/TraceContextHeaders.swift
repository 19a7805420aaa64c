import OTLP

/// `traceparent` and `tracestate`.
///
/// Source: W3C Trace Context level 1, and level 2's random flag.
package enum TraceContextHeaders {
    static let parentName = "traceparent"
    static let stateName = "tracestate"

    /// Reads `version-traceid-parentid-flags`; anything that the specification calls invalid is `nil`.
    package static func parse(parent: String, state: String?) -> SpanContext? {
        let digits = Array(parent.trimmed.utf8)
        guard digits.count >= 55, digits[2] == dash, digits[35] == dash, digits[52] == dash,
            let version = integer(digits[0..<2]), version != 0xFF,
            version == 0 ? digits.count == 55 : digits.count == 55 || digits[55] == dash,
            let high = integer(digits[3..<19]), let low = integer(digits[19..<35]),
            let span = integer(digits[36..<52]), let flags = integer(digits[53..<55]),
            high | low != 0, span != 0
        else { return nil }
        return SpanContext(
            traceID: TraceID(high: high, low: low), spanID: SpanID(span),
            // What later versions keep in the other bits is not ours to pass on.
            flags: UInt8(flags) & (SpanContext.sampledFlag | SpanContext.randomFlag),
            traceState: state.map(validState) ?? "", isRemote: true)
    }

    package static func parent(_ context: SpanContext) -> String {
        let flags = context.flags & 0xF
        return "00-\(context.traceID.hex)-\(context.spanID.hex)-0\(flags)"
    }

    /// The header as it came, if its bytes may be sent on.
    private static func validState(_ text: String) -> String {
        let state = text.trimmed
        guard state.utf8.count <= Limits.traceStateBytesMax, state.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { return "" }
        return String(state)
    }

    private static let dash = UInt8(ascii: "-")

    /// Lower-case hexadecimal digits only, as the header has them.
    private static func integer(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }
}

import OTLP

/// Ids from the system's random numbers, never zero.
enum RandomID {
    static func traceID() -> TraceID {
        TraceID(high: .random(in: 0 ... .max), low: .random(in: 1 ... .max))
    }

    static func spanID() -> SpanID {
        SpanID(.random(in: 1 ... .max))
    }

    /// 16 hexadecimal digits.
    static func hex() -> String {
        spanID().hex
    }
}

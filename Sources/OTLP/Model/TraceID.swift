/// Identifies one distributed trace: 16 bytes, all zero meaning "none".
///
/// Source: OpenTelemetry specification 1.x, Trace API, SpanContext; W3C Trace Context, `trace-id`.
public struct TraceID: Hashable, Sendable {
    /// Bytes 0…7, big endian.
    public var high: UInt64
    /// Bytes 8…15, big endian.
    public var low: UInt64

    public static let byteCount = 16
    /// The invalid id of the specification, all bytes zero.
    public static let zero = TraceID(high: 0, low: 0)

    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    @inlinable public var isZero: Bool { high | low == 0 }

    /// The 32 lower-case hexadecimal digits.
    public var hex: String {
        Hexadecimal.string(high: high, low: low)
    }

    /// Reads exactly 32 hexadecimal digits of either case; anything else is `nil`.
    public init?(hex: some StringProtocol) {
        let digits = hex.utf8
        guard digits.count == 32,
            let high = Hexadecimal.integer(digits.prefix(16)),
            let low = Hexadecimal.integer(digits.suffix(16))
        else { return nil }
        self.init(high: high, low: low)
    }
}

extension TraceID: Comparable {
    /// Byte order, which is also the order of `hex`.
    @inlinable
    public static func < (left: TraceID, right: TraceID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension TraceID: CustomStringConvertible {
    public var description: String { hex }
}

/// Identifies one span within its trace: 8 bytes, all zero meaning "none".
///
/// Source: OpenTelemetry specification 1.x, Trace API, SpanContext; W3C Trace Context, `parent-id`.
public struct SpanID: Hashable, Sendable {
    /// The 8 bytes, big endian.
    public var value: UInt64

    public static let byteCount = 8
    /// The invalid id of the specification, all bytes zero.
    public static let zero = SpanID(0)

    @inlinable
    public init(_ value: UInt64) {
        self.value = value
    }

    @inlinable public var isZero: Bool { value == 0 }

    /// The 16 lower-case hexadecimal digits.
    public var hex: String {
        Hexadecimal.string(value)
    }

    /// Reads exactly 16 hexadecimal digits of either case; anything else is `nil`.
    public init?(hex: some StringProtocol) {
        let digits = hex.utf8
        guard digits.count == 16, let value = Hexadecimal.integer(digits) else { return nil }
        self.init(value)
    }
}

extension SpanID: Comparable {
    @inlinable
    public static func < (left: SpanID, right: SpanID) -> Bool { left.value < right.value }
}

extension SpanID: CustomStringConvertible {
    public var description: String { hex }
}

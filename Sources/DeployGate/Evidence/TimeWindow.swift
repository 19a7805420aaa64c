/// The stretch of time that evidence comes from.
///
/// Units: nanoseconds since the Unix epoch; the end is not in it.
public struct TimeWindow: Hashable, Sendable {
    public var sinceUnixNano: UInt64
    public var untilUnixNano: UInt64

    public init(sinceUnixNano: UInt64, untilUnixNano: UInt64) {
        self.sinceUnixNano = min(sinceUnixNano, untilUnixNano)
        self.untilUnixNano = untilUnixNano
    }

    public func contains(_ time: UInt64) -> Bool { time >= sinceUnixNano && time < untilUnixNano }
    public var seconds: Double { Double(untilUnixNano - sinceUnixNano) / 1e9 }
}

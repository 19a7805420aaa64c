/// The time zone that moments are shown in.
public struct WallClock: Sendable {
    /// Seconds east of Greenwich at a moment, and the zone's name then.
    private let zone: @Sendable (_ unixSeconds: Int64) -> (offsetSeconds: Int, name: String)

    public init(zone: @escaping @Sendable (_ unixSeconds: Int64) -> (offsetSeconds: Int, name: String)) {
        self.zone = zone
    }

    public static let utc = WallClock { _ in (0, "Z") }

    /// 2026-11-23 22:14:07.113Z, or with the zone's name behind.
    public func moment(_ unixNano: UInt64) -> String {
        let (local, name) = shifted(unixNano)
        return Units.moment(local) + (name == "Z" ? name : " " + name)
    }

    /// 22:14:07.113
    public func time(_ unixNano: UInt64) -> String {
        String(Units.moment(shifted(unixNano).local).dropFirst(11))
    }

    /// 2026-11-23
    public func day(_ unixNano: UInt64) -> String {
        String(Units.moment(shifted(unixNano).local).prefix(10))
    }

    private func shifted(_ unixNano: UInt64) -> (local: UInt64, name: String) {
        let (offset, name) = zone(Int64(unixNano / 1_000_000_000))
        let shifted = Int64(clamping: unixNano).addingReportingOverflow(Int64(offset) * 1_000_000_000)
        return (shifted.overflow ? unixNano : UInt64(max(0, shifted.partialValue)), name)
    }
}

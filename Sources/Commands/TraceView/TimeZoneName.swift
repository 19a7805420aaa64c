import Glibc
import TraceView

/// A time zone by its name, as the system knows it.
enum TimeZoneName {
    /// The clock of a zone (`UTC`, `Europe/Berlin`, `local`); `nil` when there is no such zone.
    static func clock(_ name: String) -> WallClock? {
        switch name.lowercased() {
        case "utc", "z", "gmt": return .utc
        case "local", "": break
        default:
            guard !name.hasPrefix("/"), !name.contains(".."), access("/usr/share/zoneinfo/\(name)", R_OK) == 0
            else { return nil }
            setenv("TZ", name, 1)
        }
        tzset()
        return WallClock { unixSeconds in
            var time = time_t(unixSeconds)
            var parts = tm()
            localtime_r(&time, &parts)
            let name = parts.tm_zone.map { String(cString: $0) } ?? ""
            return (Int(parts.tm_gmtoff), name == "UTC" || name == "GMT" ? "Z" : name)
        }
    }
}

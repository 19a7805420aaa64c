import ArgumentParser

/// A duration as people type it: 500ms, 10s, 1m30s, 2h, 7d.
struct DurationText: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        var rest = argument[...]
        var total = Duration.zero
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let value = Double(digits), value >= 0, value < 1e9 else { return nil }
            switch unit {
            case "ms": total += .milliseconds(value)
            case "s", "": total += .seconds(value)
            case "m", "min": total += .seconds(value * 60)
            case "h": total += .seconds(value * 3_600)
            case "d": total += .seconds(value * 86_400)
            case "w": total += .seconds(value * 604_800)
            default: return nil
            }
        }
        duration = total
    }

    var nanoseconds: UInt64 { DurationText.nanoseconds(duration) }

    static func nanoseconds(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        return UInt64(clamping: seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000)
    }
}

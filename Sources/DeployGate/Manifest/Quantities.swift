/// Numbers with units, as people write them in configuration files.
public enum Quantities {
    /// "256 MB", "1 GiB", "512Mi", "512M", "1073741824": megabytes, a megabyte being 1,048,576 bytes as the platforms count.
    static func megabytes(_ text: String, bare: Double = 1) -> Int? {
        guard let (number, unit) = split(text) else { return nil }
        let factor: Double
        switch unit.lowercased() {
        case "": factor = bare
        case "mb", "mib", "mi", "m": factor = 1
        case "gb", "gib", "gi", "g": factor = 1024
        case "kb", "kib", "ki", "k": factor = 1.0 / 1024
        case "b": factor = 1.0 / 1_048_576
        default: return nil
        }
        return whole(number * factor)
    }

    /// "10 s", "200 ms", "5 min", "10": seconds.
    public static func seconds(_ text: String) -> Double? {
        guard let (number, unit) = split(text) else { return nil }
        switch unit.lowercased() {
        case "", "s", "sec", "second", "seconds": return number
        case "ms": return number / 1000
        case "m", "min", "minute", "minutes": return number * 60
        case "h", "hour", "hours": return number * 3600
        case "d", "day", "days": return number * 86_400
        default: return nil
        }
    }

    /// "00:05:00" or "1.00:00:00", as .NET writes a span of time: seconds; -1 is "no limit".
    static func clockSeconds(_ text: String) -> Double? {
        if text == "-1" { return -1 }
        var days = 0.0
        var rest = text[...]
        if let dot = text.firstIndex(of: "."), let colon = text.firstIndex(of: ":"), dot < colon {
            guard let value = Double(text[..<dot]) else { return nil }
            days = value
            rest = text[text.index(after: dot)...]
        }
        let parts = rest.split(separator: ":").map { Double($0) }
        guard parts.count == 3, let hours = parts[0], let minutes = parts[1], let seconds = parts[2] else { return nil }
        return days * 86_400 + hours * 3600 + minutes * 60 + seconds
    }

    /// "2", "0.5", "500m": processors.
    static func cpus(_ text: String) -> Double? {
        guard let (number, unit) = split(text) else { return nil }
        switch unit {
        case "": return number
        case "m": return number / 1000
        default: return nil
        }
    }

    static func days(_ text: String) -> Int? {
        if let days = Int(text) { return days }
        return seconds(text).flatMap { whole($0 / 86_400) }
    }

    /// "100 USD", "$100", "100": US dollars.
    static func dollars(_ text: String) -> Double? {
        let bare = text.hasPrefix("$") ? String(text.dropFirst()) : text
        guard let (number, unit) = split(bare) else { return nil }
        return ["", "usd", "$"].contains(unit.lowercased()) ? number : nil
    }

    /// "50 %", "50%", "50": percent.
    static func percent(_ text: String) -> Double? {
        guard let (number, unit) = split(text) else { return nil }
        return unit.isEmpty || unit == "%" ? number : nil
    }

    /// "1.5 million", "2_000_000", "20k": a count.
    static func count(_ text: String) -> Double? {
        guard let (number, unit) = split(text) else { return nil }
        switch unit.lowercased() {
        case "": return number
        case "k", "thousand": return number * 1e3
        case "m", "million": return number * 1e6
        case "billion": return number * 1e9
        default: return nil
        }
    }

    private static func whole(_ value: Double) -> Int? {
        value.isFinite && value >= 0 && value < 1e15 ? Int(value.rounded()) : nil
    }

    private static func split(_ text: String) -> (Double, String)? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "_" || $0 == ",") }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let number = Double(digits.filter { $0 != "_" && $0 != "," }), number.isFinite else { return nil }
        return (number, String(unit))
    }
}

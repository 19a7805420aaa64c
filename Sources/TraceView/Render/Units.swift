/// Durations and moments as people read them.
enum Units {
    /// Three digits at most: 12ns, 1.40ms, 360ms, 1.84s, 2m05s, 3h20m.
    static func duration(_ nanoseconds: UInt64) -> String {
        switch nanoseconds {
        case 0: return "0"
        case ..<1_000: return "\(nanoseconds)ns"
        case ..<999_500: return scaled(nanoseconds, 1_000) + "µs"
        case ..<999_500_000: return scaled(nanoseconds, 1_000_000) + "ms"
        case ..<59_950_000_000: return scaled(nanoseconds, 1_000_000_000) + "s"
        default:
            let seconds = nanoseconds / 1_000_000_000
            if seconds < 3_600 { return "\(seconds / 60)m\(twoDigits(seconds % 60))s" }
            if seconds < 360_000 { return "\(seconds / 3_600)h\(twoDigits(seconds % 3_600 / 60))m" }
            return "\(seconds / 86_400)d"
        }
    }

    /// 2026-11-23 22:14:07.113, without a zone.
    static func moment(_ unixNano: UInt64) -> String {
        let seconds = unixNano / 1_000_000_000
        let (year, month, day) = date(daysSinceEpoch: Int(seconds / 86_400))
        let time = seconds % 86_400
        return "\(year)-\(twoDigits(UInt64(month)))-\(twoDigits(UInt64(day))) "
            + "\(twoDigits(time / 3_600)):\(twoDigits(time % 3_600 / 60)):\(twoDigits(time % 60))."
            + threeDigits(unixNano / 1_000_000 % 1_000)
    }

    static func percent(_ part: UInt64, of whole: UInt64) -> String {
        whole == 0 ? "0%" : "\(Int((Double(part) / Double(whole) * 100).rounded()))%"
    }

    /// "1 span", "2 spans".
    static func count(_ count: Int, _ noun: String) -> String {
        count == 1 ? "1 \(noun)" : grouped(count) + " \(noun)s"
    }

    /// +38ms, −38ms.
    static func offset(_ nanoseconds: Int64) -> String {
        (nanoseconds < 0 ? "−" : "+") + duration(nanoseconds.magnitude)
    }

    /// Dollars with three significant digits: $0.0000133, $13.25, $1,204.
    static func dollars(_ amount: Double) -> String {
        guard amount.isFinite, amount > 0 else { return "$0" }
        if amount >= 999.5 { return "$" + grouped(UInt64(min(amount.rounded(), 1e15))) }
        var digits = 2
        var scaled = amount
        while scaled < 1, digits < 12 {
            scaled *= 10
            digits += 1
        }
        return "$" + fixed(amount, decimals: digits)
    }

    /// 12,345
    static func grouped(_ number: some BinaryInteger) -> String {
        let digits = Array(String(number))
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return result
    }

    /// 512MB
    static func bytes(_ count: UInt64) -> String {
        switch count {
        case ..<1_024: "\(count)B"
        case ..<(1 << 20): "\(count >> 10)KB"
        case ..<(10 << 30): "\(count >> 20)MB"
        default: "\(count >> 30)GB"
        }
    }

    private static func fixed(_ value: Double, decimals: Int) -> String {
        var power = 1.0
        for _ in 0..<decimals { power *= 10 }
        let units = UInt64((value * power).rounded())
        let whole = units / UInt64(power)
        let fraction = String(units % UInt64(power))
        return "\(whole)." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }

    /// Three significant digits.
    private static func scaled(_ nanoseconds: UInt64, _ unit: UInt64) -> String {
        let value = Double(nanoseconds) / Double(unit)
        if value >= 99.95 { return "\(Int(value.rounded()))" }
        let hundredths = value < 9.995 ? Int((value * 100).rounded()) : Int((value * 10).rounded()) * 10
        if hundredths % 100 == 0 { return "\(hundredths / 100)" }
        let fraction = value < 9.995 ? twoDigits(UInt64(hundredths % 100)) : "\(hundredths % 100 / 10)"
        return "\(hundredths / 100).\(fraction)"
    }

    private static func twoDigits(_ value: UInt64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    private static func threeDigits(_ value: UInt64) -> String {
        value < 10 ? "00\(value)" : value < 100 ? "0\(value)" : "\(value)"
    }

    /// The civil date of a day number.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
    private static func date(daysSinceEpoch days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

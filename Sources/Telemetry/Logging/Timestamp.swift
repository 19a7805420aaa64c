/// Moments as text.
package enum Timestamp {
    /// `2026-11-24T08:36:21.123456789Z`.
    ///
    /// Source: RFC 3339; the calendar from days by Howard Hinnant's `civil_from_days`.
    package static func rfc3339(_ unixNano: UInt64) -> String {
        let (seconds, nanoseconds) = unixNano.quotientAndRemainder(dividingBy: 1_000_000_000)
        let (days, second) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let (year, month, day) = date(daysSinceEpoch: Int(days))
        var text: [UInt8] = []
        text.reserveCapacity(30)
        append(year, digits: 4, mark: "-", to: &text)
        append(month, digits: 2, mark: "-", to: &text)
        append(day, digits: 2, mark: "T", to: &text)
        append(Int(second / 3600), digits: 2, mark: ":", to: &text)
        append(Int(second / 60 % 60), digits: 2, mark: ":", to: &text)
        append(Int(second % 60), digits: 2, mark: ".", to: &text)
        append(Int(nanoseconds), digits: 9, mark: "Z", to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private static func date(daysSinceEpoch days: Int) -> (year: Int, month: Int, day: Int) {
        // Years begin in March here, so that the leap day is the last of its year.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func append(_ number: Int, digits: Int, mark: Unicode.Scalar, to text: inout [UInt8]) {
        let start = text.count
        var rest = number
        for _ in 0..<digits {
            text.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        }
        text[start...].reverse()
        text.append(UInt8(ascii: mark))
    }
}

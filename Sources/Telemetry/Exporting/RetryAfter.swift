/// The `Retry-After` header: seconds, or a moment.
///
/// Source: RFC 9110, 10.2.3 and 5.6.7 (IMF-fixdate).
package enum RetryAfter {
    package static func parse(
        _ text: some StringProtocol,
        nowUnixSeconds: @autoclosure () -> Int64 = Int64(Clock.unixNanoseconds / 1_000_000_000)
    ) -> Duration? {
        if let seconds = Int64(text) { return seconds >= 0 ? .seconds(seconds) : nil }
        return date(text).map { .seconds(max(0, $0 - nowUnixSeconds())) }
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT` as seconds since the Unix epoch.
    private static func date(_ text: some StringProtocol) -> Int64? {
        let words = text.split { $0 == " " || $0 == ":" || $0 == "," }
        guard words.count == 8, words[7] == "GMT",
            let day = Int64(words[1]), let month = months.firstIndex(of: String(words[2])), let year = Int64(words[3]),
            let hour = Int64(words[4]), let minute = Int64(words[5]), let second = Int64(words[6]),
            (1...31).contains(day), (1970...9999).contains(year), (0...23).contains(hour), (0...59).contains(minute),
            (0...60).contains(second)
        else { return nil }
        // Howard Hinnant's `days_from_civil`: years begin in March, so that the leap day is the last of its year.
        let month64 = Int64(month) + 1
        let shiftedYear = month64 <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month64 > 2 ? month64 - 3 : month64 + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        return days * 86_400 + hour * 3_600 + minute * 60 + second
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}

/// Moments as text.
package enum Timestamp {
    /// `2026-11-24T08:36:21.123456789Z`.
    ///
    /// Source: RFC 3339; the calendar from days by Howard Hinnant's `civil_from_days`.
    package static func rfc3339(_ unixNano: UInt64) -> String {
        var buffer = ByteBuffer(capacity: 32)
        var second = Second()
        buffer.write(upTo: Second.byteCount) { second.put(unixNano, to: &$0) }
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    /// The text of one second: most lines of a request share it.
    struct Second {
        private var number = UInt64.max
        private var text = InlineArray<20, UInt8>(repeating: 0)

        static let byteCount = 30

        /// Writes the 30 characters of the moment.
        @inline(__always)
        mutating func put(_ unixNano: UInt64, to cursor: inout Cursor) {
            let (second, nanoseconds) = unixNano.quotientAndRemainder(dividingBy: 1_000_000_000)
            if second != number { change(to: second) }
            cursor.put(raw: text)
            // Three groups of three digits: no division depends on the one before it.
            cursor.threeDigits(nanoseconds / 1_000_000)
            cursor.threeDigits(nanoseconds / 1_000 % 1_000)
            cursor.threeDigits(nanoseconds % 1_000)
            cursor.put(UInt8(ascii: "Z"))
        }

        @inline(never)
        private mutating func change(to second: UInt64) {
            number = second
            let (days, ofDay) = second.quotientAndRemainder(dividingBy: 86_400)
            let (year, month, day) = Timestamp.date(daysSinceEpoch: Int(days))
            var place = 0
            put(year, digits: 4, mark: "-", at: &place)
            put(month, digits: 2, mark: "-", at: &place)
            put(day, digits: 2, mark: "T", at: &place)
            put(Int(ofDay / 3600), digits: 2, mark: ":", at: &place)
            put(Int(ofDay / 60 % 60), digits: 2, mark: ":", at: &place)
            put(Int(ofDay % 60), digits: 2, mark: ".", at: &place)
        }

        private mutating func put(_ number: Int, digits: Int, mark: Unicode.Scalar, at place: inout Int) {
            var rest = number
            for digit in stride(from: place + digits - 1, through: place, by: -1) {
                text[digit] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            place += digits
            text[place] = UInt8(ascii: mark)
            place += 1
        }
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
}

extension Cursor {
    @inline(__always)
    fileprivate mutating func threeDigits(_ number: UInt64) {
        put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number / 100))
        put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number / 10 % 10))
        put(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number % 10))
    }
}

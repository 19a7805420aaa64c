import GRDBSQLite
import TelemetryStore

/// The functions that the tables' units ask for, beside SQLite's own.
enum SQLFunctions {
    static func register(on database: OpaquePointer, _ context: SQLContext) {
        let pure = SQLITE_UTF8 | SQLITE_DETERMINISTIC
        let box = Unmanaged.passUnretained(context).toOpaque()
        sqlite3_create_function_v2(
            database, "ago", 1, pure, box, { SQLFunctions.ago($0, $2) }, nil, nil, nil)
        sqlite3_create_function_v2(
            database, "iso", 1, pure, nil, { SQLFunctions.iso($0, $2) }, nil, nil, nil)
        sqlite3_create_function_v2(
            database, "quantile", 2, pure, nil, nil, { SQLFunctions.quantileStep($0, $2) },
            { SQLFunctions.quantileFinal($0) }, nil)
    }

    // MARK: Time

    /// `ago('15m')`: the time so long before the statement began, in the unit of the column `time`.
    private static func ago(_ call: OpaquePointer?, _ arguments: UnsafeMutablePointer<OpaquePointer?>?) {
        guard let call, let argument = arguments?[0], let box = sqlite3_user_data(call) else { return }
        guard let text = SQLValue(argument).text, let duration = nanoseconds(text) else {
            return SQLResult(context: call).error("ago() takes a duration like '90s', '15m', '2h' or '7d'")
        }
        let now = Unmanaged<SQLContext>.fromOpaque(box).takeUnretainedValue().now
        SQLResult(context: call).integer(clamping: now > duration ? now - duration : 0)
    }

    private static func nanoseconds(_ text: String) -> UInt64? {
        let units: [Character: UInt64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
        guard let unit = text.last.flatMap({ units[$0] }), let count = UInt64(text.dropLast()) else { return nil }
        let (value, overflows) = count.multipliedReportingOverflow(by: unit * 1_000_000_000)
        return overflows ? nil : value
    }

    /// `iso(time)`: the time as `2026-01-31T12:00:00.000000000Z`; NULL for NULL.
    private static func iso(_ call: OpaquePointer?, _ arguments: UnsafeMutablePointer<OpaquePointer?>?) {
        guard let call, let argument = arguments?[0] else { return }
        let result = SQLResult(context: call)
        switch SQLValue(argument) {
        case .integer(let time): result.text(ISOTime.text(time))
        case .real(let time) where abs(time) < 0x1p63: result.text(ISOTime.text(Int64(time)))
        default: result.null()
        }
    }

    // MARK: Quantiles

    /// `quantile(duration, 0.99)`: the value below which that share of the values lie, from a sketch of bounded size.
    private final class Quantile {
        var sketch = QuantileSketch()
        var share = 0.5
    }

    private static func quantile(_ call: OpaquePointer, allocates: Bool) -> UnsafeMutablePointer<Unmanaged<Quantile>?>?
    {
        let size = allocates ? Int32(MemoryLayout<Unmanaged<Quantile>?>.size) : 0
        return sqlite3_aggregate_context(call, size)?.assumingMemoryBound(to: Unmanaged<Quantile>?.self)
    }

    private static func quantileStep(_ call: OpaquePointer?, _ arguments: UnsafeMutablePointer<OpaquePointer?>?) {
        guard let call, let first = arguments?[0], let second = arguments?[1],
            let slot = quantile(call, allocates: true)
        else { return }
        let box = slot.pointee ?? Unmanaged.passRetained(Quantile())
        slot.pointee = box
        let state = box.takeUnretainedValue()
        state.share = sqlite3_value_double(second)
        switch SQLValue(first) {
        case .integer(let value): state.sketch.insert(UInt64(clamping: value))
        case .real(let value):
            state.sketch.insert(value <= 0 ? 0 : value >= 0x1p63 ? UInt64(Int64.max) : UInt64(value.rounded()))
        case .null, .text, .blob: break
        }
    }

    /// SQLite calls this once for every aggregate that was begun, also when the statement ends before its time.
    private static func quantileFinal(_ call: OpaquePointer?) {
        guard let call else { return }
        let result = SQLResult(context: call)
        guard let box = quantile(call, allocates: false)?.pointee else { return result.null() }
        let state = box.takeRetainedValue()
        if let value = state.sketch.quantile(state.share) { result.integer(clamping: value) } else { result.null() }
    }
}

/// A time as text, without a calendar library.
enum ISOTime {
    /// - Parameter time: nanoseconds since the Unix epoch.
    /// Source: Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`.
    static func text(_ time: Int64) -> String {
        let (seconds, nanoseconds) = floorDivide(time, 1_000_000_000)
        let (days, second) = floorDivide(seconds, 86_400)
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let day = dayOfYear - (153 * shifted + 2) / 5 + 1
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(padded(second / 3_600, 2)):"
            + "\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2)).\(padded(nanoseconds, 9))Z"
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, rest: Int64) {
        let rest = ((value % divisor) + divisor) % divisor
        return ((value - rest) / divisor, rest)
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

import ArgumentParser
import Glibc
import OTLP
import Program
import TelemetryStore
import TraceView

/// What is looked for: the flags that search, logs, tail, services, map and shapes share.
struct FilterOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("Only this service; may be given again.", valueName: "NAME"))
    var service: [String] = []

    @Option(help: ArgumentHelp("Only spans of this name; a * at the end stands for anything.", valueName: "NAME"))
    var name: String?

    @Option(help: "Only spans that ended so: ok or error.")
    var status: StatusChoice?

    @Option(help: ArgumentHelp("Only spans that took at least this long, like 500ms.", valueName: "TIME"))
    var min: DurationText?

    @Option(help: ArgumentHelp("Only spans that took at most this long.", valueName: "TIME"))
    var max: DurationText?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Only with this attribute: KEY, KEY=VALUE, KEY!=VALUE, KEY=PREFIX*, KEY>N, KEY>=N, KEY<N, KEY<=N; may be given again.",
            valueName: "TEST"))
    var attribute: [AttributeTest] = []

    @Option(name: .shortAndLong, help: ArgumentHelp("Only with this text; may be given again.", valueName: "TEXT"))
    var text: [String] = []

    @Option(
        help: ArgumentHelp(
            "From then on: 2h, 30m, 7d, or a date like 2026-11-24 or 2026-11-24T22:14.", valueName: "TIME"))
    var since: MomentText?

    @Option(help: ArgumentHelp("Until then.", valueName: "TIME"))
    var until: MomentText?

    enum StatusChoice: String, ExpressibleByArgument, CaseIterable {
        case ok, error
    }

    /// - Parameter defaultSince: how far back when nobody says.
    func filter(defaultSince: Duration? = nil) -> RecordFilter {
        var filter = RecordFilter()
        filter.services = Set(service)
        filter.name = name.map { $0.hasSuffix("*") ? .prefix(String($0.dropLast())) : .equals($0) }
        filter.status = status.map { $0 == .error ? .error : .ok }
        if min != nil || max != nil {
            let (least, most) = (min?.nanoseconds ?? 0, max?.nanoseconds ?? .max)
            filter.duration = least...Swift.max(least, most)
        }
        filter.attributes = attribute.map(\.condition)
        filter.phrases = text
        let now = MomentText.now
        let start = since?.unixNano ?? defaultSince.map { now - Swift.min(now, DurationText.nanoseconds($0)) }
        if start != nil || until != nil {
            let from = start ?? 0
            filter.time = from..<Swift.max(from, until?.unixNano ?? .max)
        }
        return filter
    }

    /// Ok means not failed: most instrumentations leave it unset.
    var wantsSuccess: Bool { status == .ok }
}

/// One test of an attribute, as people type it.
struct AttributeTest: ExpressibleByArgument {
    let condition: AttributeCondition

    init?(argument: String) {
        guard let operation = argument.firstIndex(where: { "=!<>".contains($0) }), operation > argument.startIndex
        else {
            guard !argument.isEmpty, !"=!<>".contains(argument.first ?? "=") else { return nil }
            condition = AttributeCondition(argument, .exists)
            return
        }
        let key = String(argument[..<operation])
        let rest = argument[operation...]
        func value(_ count: Int) -> String { String(rest.dropFirst(count)) }
        let test: AttributeCondition.Test?
        if rest.hasPrefix("!=") {
            test = .differs(value(2))
        } else if rest.hasPrefix(">=") {
            test = Double(value(2)).map { .atLeast($0) }
        } else if rest.hasPrefix("<=") {
            test = Double(value(2)).map { .atMost($0) }
        } else if rest.hasPrefix(">") {
            test = Double(value(1)).map { .greater($0) }
        } else if rest.hasPrefix("<") {
            test = Double(value(1)).map { .less($0) }
        } else if rest.hasPrefix("=") {
            test = value(1).hasSuffix("*") ? .prefix(String(value(1).dropLast())) : .equals(value(1))
        } else {
            test = nil
        }
        guard let test else { return nil }
        condition = AttributeCondition(key, test)
    }
}

/// A moment as people type it: how long ago, or a date in the terminal's time zone.
struct MomentText: ExpressibleByArgument {
    let unixNano: UInt64

    static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    init?(argument: String) {
        if argument == "now" {
            unixNano = MomentText.now
        } else if let ago = DurationText(argument: argument), argument.last?.isLetter == true {
            unixNano = MomentText.now - Swift.min(MomentText.now, ago.nanoseconds)
        } else if let date = MomentText.date(argument) {
            unixNano = date
        } else {
            return nil
        }
    }

    /// 2026-11-24, 2026-11-24T22:14, 2026-11-24 22:14:07, each perhaps with Z behind.
    private static func date(_ text: String) -> UInt64? {
        let isUTC = text.hasSuffix("Z")
        let numbers = text.split { !$0.isASCII || !$0.isNumber }.map { Int32($0) ?? -1 }
        let marks = text.filter { !$0.isNumber }
        let known = ["--", "--T:", "-- :", "--T::", "-- ::", "--T::.", "-- ::."]
        guard known.contains(isUTC ? String(marks.dropLast()) : marks), numbers.count >= 3, !numbers.contains(-1) else {
            return nil
        }
        var parts = tm()
        parts.tm_year = numbers[0] - 1_900
        parts.tm_mon = numbers[1] - 1
        parts.tm_mday = numbers[2]
        if numbers.count > 4 { (parts.tm_hour, parts.tm_min) = (numbers[3], numbers[4]) }
        if numbers.count > 5 { parts.tm_sec = numbers[5] }
        parts.tm_isdst = -1
        guard (1...12).contains(numbers[1]), (1...31).contains(numbers[2]), parts.tm_hour < 24, parts.tm_min < 60,
            parts.tm_sec < 61
        else { return nil }
        let seconds = isUTC ? timegm(&parts) : mktime(&parts)
        return seconds >= 0 ? UInt64(seconds) * 1_000_000_000 : nil
    }
}

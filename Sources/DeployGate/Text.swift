/// Quantities as a person reads them.
enum Text {
    /// "29 s", "1.5 s", "no limit".
    static func seconds(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "no limit" }
        return "\(number(seconds)) s"
    }

    /// Nanoseconds: "1.4 s", "310 ms", "45 µs".
    static func duration(_ nanoseconds: Double) -> String {
        switch nanoseconds {
        case 1e9...: "\(number(nanoseconds / 1e9)) s"
        case 1e6...: "\(number(nanoseconds / 1e6)) ms"
        default: "\(number(nanoseconds / 1e3)) µs"
        }
    }

    static func megabytes(_ bytes: Double) -> String { "\(number(bytes / 1_048_576)) MB" }

    /// "$12.30"; cents and less with as many digits as say something.
    static func dollars(_ amount: Double) -> String {
        amount >= 0.995 || amount == 0 ? "$" + fixed(amount, 2) : "$" + fixed(amount, 4)
    }

    /// At most three digits behind the whole part, none when it is large.
    static func number(_ value: Double) -> String {
        let places = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : 2
        var text = fixed(value, places)
        if text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        return text
    }

    static func fixed(_ value: Double, _ places: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = Int((abs(value) * scale).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard places > 0 else { return "\(sign)\(scaled)" }
        let fraction = String(scaled % Int(scale))
        return "\(sign)\(scaled / Int(scale)).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
    }
}

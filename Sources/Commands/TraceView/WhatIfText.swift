import OTLP
import TraceAssembly

/// A change as people type it: tutor=-200ms, "chat gpt-4o"=50%, no-cold-start, no-retries.
struct WhatIfText {
    let text: String
    let change: WhatIf

    /// What may be said without a value.
    static let words = ["no-cold-start", "no-retries"]

    init?(argument: String) {
        text = argument
        switch argument {
        case "no-cold-start", "no-cold-starts", "warm": change = .noColdStart
        case "no-retries", "no-retry": change = .noRetries
        default:
            guard let equals = argument.lastIndex(of: "="), equals > argument.startIndex,
                let by = WhatIfText.timeChange(argument[argument.index(after: equals)...])
            else { return nil }
            change = .duration(of: String(argument[..<equals]), by: by)
        }
    }

    /// The service or span of the request that was likely meant.
    func near(in story: Story) -> String? {
        guard case .duration(let name, _) = change else { return nil }
        let records = story.nodes.lazy.compactMap(\.record)
        return Nearness.closest(
            to: name, in: Array(Set(records.map(\.service)).union(records.map(\.span.name)).sorted()))
    }

    /// -200ms, +1s, 50%, x2.
    private static func timeChange(_ text: Substring) -> WhatIf.TimeChange? {
        if text.last == "%", let percent = Double(text.dropLast()), percent >= 0 { return .factor(percent / 100) }
        if text.first == "x", let factor = Double(text.dropFirst()), factor >= 0 { return .factor(factor) }
        guard let sign = text.first, sign == "-" || sign == "+" || sign == "−",
            let amount = DurationText(argument: String(text.dropFirst()))
        else { return nil }
        let nanoseconds = Int64(clamping: amount.nanoseconds)
        return .nanoseconds(sign == "+" ? nanoseconds : -nanoseconds)
    }
}

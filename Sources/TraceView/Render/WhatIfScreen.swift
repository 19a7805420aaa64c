public import TraceAssembly

/// What a change would bring, in two lines above the story as it would be.
public struct WhatIfScreen: Sendable {
    let before: Story
    let after: Story
    let title: String
    /// Spans that were to save more than they took.
    let emptiedCount: Int
    let options: ScreenOptions

    public init(_ title: String, before: Story, after: Story, emptiedCount: Int = 0, _ options: ScreenOptions) {
        self.emptiedCount = emptiedCount
        self.title = title
        self.before = before
        self.after = after
        self.options = options
    }

    public func lines() -> [String] {
        let verdict = Verdict(story: after, options: options, scale: TimeScale(after, cells: 1))
        var words = ["what if \(VisibleText.visible(title)):"]
        words.append("response " + change(duration(before), duration(after)))
        let (old, new) = (end(before), end(after))
        if old > duration(before) || new > duration(after) { words.append("all done " + change(old, new)) }
        let costs = (StoryCost(of: before, prices: options.prices), StoryCost(of: after, prices: options.prices))
        if let old = costs.0.perMillion, let new = costs.1.perMillion, old != new {
            words.append("cost per million \(Units.dollars(old)) → \(Units.dollars(new))")
        }
        var head = verdict.titled(words[0], Array(words.dropFirst()), .strong)
        if emptiedCount > 0 {
            let spans = Units.count(emptiedCount, "span")
            let text =
                "! the change is more than \(spans) took: \(emptiedCount == 1 ? "it takes" : "they take") no time, and no less"
            head += Cells.wrap("  " + text, options.width, indent: 4).map { options.style.paint($0, .warned) }
        }
        head = head.map(options.style.finish)
        return head + [""] + StoryScreen(after, options).lines()
    }

    private func change(_ old: UInt64, _ new: UInt64) -> String {
        let difference = new > old ? new - old : old - new
        let sign = new > old ? "+" : "−"
        return "\(Units.duration(old)) → \(Units.duration(new))"
            + (old == new ? "" : " (\(sign)\(Units.percent(difference, of: old)))")
    }

    private func duration(_ story: Story) -> UInt64 { story.mainRoot.map { story.nodes[$0].durationNanoseconds } ?? 0 }

    /// From the start of the main root to the very end.
    private func end(_ story: Story) -> UInt64 {
        guard let main = story.mainRoot, let last = story.completionPath.last?.endTimeUnixNano else {
            return duration(story)
        }
        return last - min(last, story.nodes[main].startTimeUnixNano)
    }
}

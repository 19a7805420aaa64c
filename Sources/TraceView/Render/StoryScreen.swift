public import TraceAssembly

/// The story of a request as lines of text: the verdict, what to know, and the waterfall.
///
/// No line is wider than `width` cells. The text is the same with colours and without, but for the SGR codes.
public struct StoryScreen: Sendable {
    /// The narrowest screen that is laid out, in cells.
    public static let widthMin = Limits.widthMin

    let story: Story
    let width: Int
    let style: Style

    public init(_ story: Story, width: Int, style: Style) {
        self.story = story
        self.width = min(max(width, Limits.widthMin), Limits.widthMax)
        self.style = style
    }

    public func lines() -> [String] {
        var lines = Verdict(story: story, width: width, style: style).lines()
        guard !story.nodes.isEmpty || !story.strayLogs.isEmpty else { return lines }
        lines.append("")
        let waterfall = Waterfall(story: story, width: width, style: style)
        lines += waterfall.lines()
        if let legend = waterfall.legend() {
            lines.append("")
            lines.append(legend)
        }
        return lines
    }
}

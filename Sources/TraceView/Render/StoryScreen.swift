public import TraceAssembly

/// The story of a request as lines of text: the verdict, what to know, and the waterfall.
///
/// No line is wider than the width. The text is the same with colours and without, but for the SGR codes.
public struct StoryScreen: Sendable {
    /// The narrowest screen that is laid out, in cells.
    public static let widthMin = Limits.widthMin

    let story: Story
    let options: ScreenOptions

    public init(_ story: Story, _ options: ScreenOptions) {
        self.story = story
        self.options = options
    }

    public func lines() -> [String] {
        let waterfall = Waterfall(story: story, options: options)
        var lines = Verdict(story: story, options: options, scale: waterfall.scale).lines()
        if !story.nodes.isEmpty || !story.strayLogs.isEmpty {
            lines.append("")
            lines += waterfall.lines()
            lines += waterfall.legend()
        }
        if !options.next.isEmpty { lines += next().map { options.style.paint($0, .faint) } }
        return lines.map(options.style.finish)
    }

    /// As many suggestions as fit whole in a line, the first on as many lines as it needs.
    private func next() -> [String] {
        var text = "  next: " + options.next[0]
        for command in options.next.dropFirst() where Cells.width(text) + 3 + Cells.width(command) <= options.width {
            text += "   " + command
        }
        return Cells.wrap(text, options.width, indent: 8)
    }
}

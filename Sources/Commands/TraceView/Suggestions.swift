import TraceAssembly

/// Commands that come to mind after a story, the likeliest first.
struct Suggestions {
    let commands: [String]

    init(_ story: Story, argument: String) {
        var commands: [String] = []
        let isPlain = argument.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:".contains($0)) }
        let name = isPlain && argument.count <= 40 ? argument : "ID"
        if story.rootCause != nil { commands.append("--span cause") }
        commands.append("-i")
        if story.nodes.contains(where: { !$0.logs.isEmpty }) { commands.append("--logs info") }
        if !story.isComplete { commands.append("--wait 10s") }
        commands += ["--diff last-ok", "--json"]
        commands[0] = "traceview \(name) " + commands[0]
        self.commands = commands
    }
}

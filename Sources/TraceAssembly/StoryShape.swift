import OTLP

/// What a request did, without when and with which values: the tree of its services and names, equal siblings once.
///
/// Two requests of one shape took the same way.
public struct StoryShape: Hashable, Sendable {
    /// The route: service and name of the main root.
    public let route: String
    /// One line for each different place in the tree, in its order: depth, service and name.
    public let lines: [Line]

    public struct Line: Hashable, Sendable {
        public let depth: Int
        public let title: String
        public let isAsynchronous: Bool
    }

    public init(of story: Story) {
        route = story.mainRoot.map { StoryShape.title(story.nodes[$0]) } ?? ""
        var lines: [Line] = []
        var stack = StoryShape.different(story.roots, story).reversed().map { ([$0.first ?? 0], $0, 0) }
        while let (_, same, depth) = stack.popLast() {
            guard let first = same.first else { continue }
            lines.append(
                Line(
                    depth: depth, title: StoryShape.title(story.nodes[first]),
                    isAsynchronous: story.nodes[first].isAsynchronous))
            let children = same.flatMap { story.nodes[$0].children }
            stack += StoryShape.different(children, story).reversed().map { ([$0.first ?? 0], $0, depth + 1) }
        }
        self.lines = lines
    }

    /// A name for the shape that stays the same from day to day.
    public var id: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for line in lines {
            for byte in "\(line.depth)\(line.isAsynchronous ? "~" : " ")\(line.title)\n".utf8 {
                hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
            }
        }
        return String(Hexadecimal.string(hash).prefix(8))
    }

    /// Siblings by title, in order of their titles: which came first is chance.
    private static func different(_ siblings: [Int], _ story: Story) -> [[Int]] {
        Dictionary(grouping: siblings) { title(story.nodes[$0]) }.sorted { $0.key < $1.key }.map(\.value)
    }

    static func title(_ node: Story.Node) -> String {
        guard let record = node.record else { return "(lost parent)" }
        return record.service + " " + SpanName.pattern(record.span.name)
    }
}

/// Names of spans as kinds of work.
public enum SpanName {
    /// The name with a star for each run of digits: what differs from request to request.
    public static func pattern(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 >= 0x30 && $0 <= 0x39 }) else { return name }
        var result: [UInt8] = []
        for byte in name.utf8 {
            if byte < 0x30 || byte > 0x39 {
                result.append(byte)
            } else if result.last != UInt8(ascii: "*") {
                result.append(UInt8(ascii: "*"))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

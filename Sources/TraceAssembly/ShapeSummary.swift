import OTLP

/// How often a shape was seen, and whether it is new.
public struct ShapeSummary: Sendable {
    public let shape: StoryShape
    public private(set) var count = 0
    public private(set) var errorCount = 0
    public private(set) var medianNanoseconds: UInt64 = 0
    public private(set) var novelty = Novelty.steady
    /// Of the service that answered, in order of their first request.
    public private(set) var versions: [String] = []

    /// When the requests of a shape were made, beside a moment such as a deployment.
    public enum Novelty: String, Sendable {
        case steady = "before and after"
        case new = "new"
        case vanished = "vanished"
        case always = ""
    }

    /// The most frequent first.
    ///
    /// - Parameter moment: what is told apart, in nanoseconds since 1970; `nil` when nothing is.
    public static func summaries(of stories: [Story], since moment: UInt64? = nil) -> [ShapeSummary] {
        var members: [StoryShape: [Story]] = [:]
        var order: [StoryShape] = []
        for story in stories where story.mainRoot != nil {
            let shape = StoryShape(of: story)
            if members[shape] == nil { order.append(shape) }
            members[shape, default: []].append(story)
        }
        return order.map { ShapeSummary($0, members[$0] ?? [], moment) }
            .sorted { ($1.count, $0.shape.route, $0.shape.id) < ($0.count, $1.shape.route, $1.shape.id) }
    }

    private init(_ shape: StoryShape, _ stories: [Story], _ moment: UInt64?) {
        self.shape = shape
        count = stories.count
        errorCount = stories.lazy.filter(\.hasFailed).count
        let roots = stories.compactMap { story in story.mainRoot.map { story.nodes[$0] } }
        for root in roots.sorted(by: { $0.startTimeUnixNano < $1.startTimeUnixNano }) {
            guard let version = root.resource?.attributes["service.version"]?.string, !versions.contains(version)
            else { continue }
            versions.append(version)
        }
        let durations = roots.map(\.durationNanoseconds).sorted()
        medianNanoseconds = durations.isEmpty ? 0 : durations[durations.count / 2]
        guard let moment else {
            novelty = .always
            return
        }
        let later = roots.lazy.filter { $0.startTimeUnixNano >= moment }.count
        novelty = later == 0 ? .vanished : later == roots.count ? .new : .steady
    }
}

/// Who calls whom, and how that goes.
public struct ServiceMap: Sendable {
    /// The busiest first.
    public private(set) var calls: [Call] = []

    public struct Call: Sendable {
        /// Empty for who is outside.
        public let caller: String
        public let callee: String
        public let isAsynchronous: Bool
        public internal(set) var count = 0
        public internal(set) var errorCount = 0
        var durations: [UInt64] = []

        /// The duration that this share of the calls did not exceed.
        public func duration(quantile: Double) -> UInt64 {
            guard !durations.isEmpty else { return 0 }
            return durations[min(durations.count - 1, Int(Double(durations.count) * quantile))]
        }
    }

    public init(of stories: [Story]) {
        struct Key: Hashable {
            var caller: String
            var callee: String
            var isAsynchronous: Bool
        }
        var calls: [Key: Call] = [:]
        for node in stories.lazy.flatMap({ story in story.nodes.lazy.map { (story, $0) } }) {
            let (story, node) = node
            guard let callee = node.record?.service else { continue }
            let parent = node.parent.flatMap { story.nodes[$0].record }
            let caller = node.parent == nil ? "" : parent?.service ?? "?"
            guard caller != callee else { continue }
            let key = Key(caller: caller, callee: callee, isAsynchronous: node.isAsynchronous)
            var call = calls[key] ?? Call(caller: caller, callee: callee, isAsynchronous: node.isAsynchronous)
            call.count += 1
            if node.isError { call.errorCount += 1 }
            call.durations.append(node.durationNanoseconds)
            calls[key] = call
        }
        self.calls = calls.values.map { call in
            var call = call
            call.durations.sort()
            return call
        }
        .sorted { ($1.count, $0.caller, $0.callee) < ($0.count, $1.caller, $1.callee) }
    }
}

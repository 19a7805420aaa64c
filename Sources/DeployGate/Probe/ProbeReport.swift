/// What came back from the gate's own requests.
public struct ProbeReport: Sendable {
    public var requests: [Request] = []

    public init() {}

    /// One request, and what the store could tell of it afterwards.
    public struct Request: Sendable {
        public var function: String
        public var purpose: ProbePurpose
        /// What was asked, as gate.yaml or the manifest has it: "GET /lessons"; empty for a command that knows by itself.
        public var request: String
        /// The gate's own id, which the request carried.
        public var requestID: String
        public var sentUnixNano: UInt64
        /// What came back: "HTTP 200", "exit code 0", or why nothing did.
        public var answer: String
        /// Whether anything came back.
        public var wasAnswered = false
        /// Whether the answer is the one that its purpose expects.
        public var isAsExpected: Bool
        /// How long after the answer its story was there, as often as the store was asked.
        public var arrivalMilliseconds: Double?
        /// What the viewer can stitch; `nil` when the request was not found in time.
        public var story: StoryFacts?

        public init(target: ProbeTarget, requestID: String, sentUnixNano: UInt64) {
            function = target.function
            purpose = target.purpose
            request = target.request
            self.requestID = requestID
            self.sentUnixNano = sentUnixNano
            answer = "not sent"
            isAsExpected = false
        }

        /// Whether its telemetry was there before the next request was sent.
        public var isStored: Bool { story != nil }
    }

    /// What a stitched request shows.
    public struct StoryFacts: Sendable {
        public var spanCount = 0
        public var logCount = 0
        /// Roots that nothing joins to the first one.
        public var separateRootCount = 0
        public var lostParentCount = 0
        /// Services with a SERVER or CONSUMER span.
        public var entryServices: Set<String> = []
        public var services: Set<String> = []
        public var hasError = false
        /// A log line of level ERROR or above inside a span.
        public var hasErrorLog = false
        /// The invocations began more spans or lines than are here, by their own count.
        public var isGrowing = false
        public var hasColdStart = false
        /// The earliest span.
        public var startUnixNano: UInt64 = 0

        public init() {}
    }

    func requests(to function: String) -> [Request] { requests.filter { $0.function == function } }

    /// Requests to the function, and those that others sent on to it.
    func requests(reaching function: DeployedFunction) -> [Request] {
        requests.filter { request in
            request.function == function.name
                || request.story?.services.contains { function.declaration.isCalled($0) } == true
        }
    }

    /// A request that was answered and whose story has no entry span of the function.
    func answeredWithoutEntry(in function: DeployedFunction) -> String? {
        requests(to: function.name).first { request in
            request.isAsExpected && request.story?.entryServices.contains { function.declaration.isCalled($0) } != true
        }.map { "\($0.purpose.rawValue) (request \($0.requestID))" }
    }

    /// What is broken about the story of a request to the function.
    func broken(in function: DeployedFunction) -> String? {
        for request in requests(to: function.name) {
            guard let story = request.story else { continue }
            if story.lostParentCount > 0 {
                return "the probe \(request.requestID) has \(Quote.count(story.lostParentCount, "lost parent"))"
            }
            if story.separateRootCount > 0 {
                return
                    "the probe \(request.requestID) falls into \(story.separateRootCount + 1) traces that nothing joins"
            }
        }
        return nil
    }

    /// A cold start that was asked for and that no span tells of.
    func unseenColdStart(of function: DeployedFunction) -> String? {
        requests(to: function.name).first { $0.purpose == .coldStart && $0.story?.hasColdStart == false }?.requestID
    }

    /// A forced failure whose story has no failed span.
    func unrecordedFailure(of function: DeployedFunction) -> String? {
        requests(to: function.name).first { $0.purpose == .failure && $0.isAsExpected && $0.story?.hasError != true }?
            .requestID
    }
}

/// What a request of the gate is meant to show.
public enum ProbePurpose: String, CaseIterable, Sendable {
    case success
    case failure
    case coldStart = "cold-start"
}

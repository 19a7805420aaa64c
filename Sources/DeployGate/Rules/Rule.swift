/// One thing that a deployment has to show before it may go to production.
public struct Rule: Sendable {
    /// `TG-LOG-01`: stable, never given to another rule.
    public var id: String
    public var level: Level
    /// What holds when it passes, as a sentence.
    public var title: String
    /// Why it matters.
    public var reason: String
    public var remedy: String
    public var phase: Phase
    /// Where the rule comes from.
    public var source: String
    /// Everything that can be said about this rule: for each function, metric or budget one observation, or one for all.
    var check: @Sendable (Deployment) -> [Observation]

    /// What a failure means.
    public enum Level: String, CaseIterable, Sendable, Comparable {
        case block
        case warn
        case info

        public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
        private var rank: Int { Level.allCases.firstIndex(of: self) ?? 0 }
    }

    /// What it looks at.
    public enum Phase: String, Sendable {
        /// The manifest alone.
        case manifest
        /// What functions sent.
        case evidence
        case both
    }

    /// Every rule, in order of id.
    public static let all: [Rule] =
        logRules + metricRules + traceRules + resourceRules + configurationRules + budgetRules + costRules + fleetRules

    public static func named(_ id: String) -> Rule? { all.first { $0.id == id.uppercased() } }
}

/// What a rule saw of one subject.
struct Observation: Sendable {
    var outcome: Outcome
    /// The function, metric or budget; `nil` for the deployment as a whole.
    var subject: String?
    var saw: String
    var place: Place?
    /// When another one helps than the rule's.
    var remedy: String?
    /// When it weighs less than the rule does.
    var level: Rule.Level?
    /// It only says what TG-FLT-01 says: nothing of the function has arrived.
    var isSilence = false

    enum Outcome: String, Sendable {
        case pass
        case fail
        /// There is not enough to go by. Never a pass.
        case inconclusive
    }

    static func pass(_ subject: String?, _ saw: String, at place: Place? = nil) -> Observation {
        Observation(outcome: .pass, subject: subject, saw: saw, place: place)
    }

    static func fail(
        _ subject: String?, _ saw: String, at place: Place? = nil, remedy: String? = nil, level: Rule.Level? = nil
    ) -> Observation {
        Observation(outcome: .fail, subject: subject, saw: saw, place: place, remedy: remedy, level: level)
    }

    static func silence(of function: DeployedFunction, since: String) -> Observation {
        Observation(
            outcome: .inconclusive, subject: function.name, saw: "nothing of it has arrived since \(since)",
            place: function.declaration.place, isSilence: true)
    }

    static func inconclusive(
        _ subject: String?, _ saw: String, at place: Place? = nil, remedy: String? = nil, level: Rule.Level? = nil
    ) -> Observation {
        Observation(outcome: .inconclusive, subject: subject, saw: saw, place: place, remedy: remedy, level: level)
    }
}

/// What a team has decided about its gate: `gate.yaml`.
///
/// Source: Documentation/Formats/gate-configuration.md.
public struct GateConfiguration: Sendable {
    /// The level of a rule, or `nil` to leave it out; rules that are not here keep theirs.
    var levels: [String: Rule.Level?] = [:]
    var thresholds = Thresholds()
    /// The environment that is deployed to, when telemetry does not say.
    var environment: String?
    /// Requests a month that every function is made for, and those with another number.
    var defaultTraffic: Double?
    var traffic: [String: Double] = [:]
    /// US dollars; wins over the manifest's.
    var monthlyBudget: Double?
    var waivers: [Waiver] = []
    public var probes: [ProbeTarget] = []
    public var baseline = Baseline()

    public init() {}

    func monthlyRequests(to function: String) -> Double? { traffic[function] ?? defaultTraffic }

    /// The level of a rule here; `nil` when it is left out.
    func level(of rule: Rule) -> Rule.Level? {
        levels[rule.id] ?? rule.level
    }
}

/// A finding that is accepted until a day, by somebody who says why.
public struct Waiver: Hashable, Sendable {
    var rule: String
    /// The function, metric or budget; `nil` for all of them.
    var subject: String?
    var owner: String
    var reason: String
    /// The first day on which it no longer holds.
    var until: String
    var untilUnixNano: UInt64
    /// What was measured, where the rule asks for it.
    var measured: String?
    var place: Place
}

/// A request of the gate's own that shows something about a function.
public struct ProbeTarget: Hashable, Sendable {
    public var function: String
    public var purpose: ProbePurpose
    /// "POST /lessons/7/hints", put behind the base URL of `--probe`; or a whole URL.
    public var request: String

    public init(function: String, purpose: ProbePurpose, request: String) {
        self.function = function
        self.purpose = purpose
        self.request = request
    }
}

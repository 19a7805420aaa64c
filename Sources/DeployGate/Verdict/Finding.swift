/// What one rule says of one subject, and what follows.
public struct Finding: Sendable {
    public var rule: Rule
    public var level: Rule.Level
    public var status: Status
    /// The function, metric or budget; `nil` for the deployment as a whole.
    public var subject: String?
    public var saw: String
    public var place: Place?
    public var remedy: String
    /// What accepts it, when something does.
    public var waiver: Waiver?
    /// It follows from TG-FLT-01: nothing of the function has arrived, so that the rule cannot be judged for it.
    public var isSilence: Bool

    public enum Status: String, CaseIterable, Sendable {
        case failed = "fail"
        case inconclusive
        case waived
        /// In the baseline: it was there when the gate was adopted.
        case known
        case passed = "pass"
    }

    init(
        _ observation: Observation, of rule: Rule, level: Rule.Level, _ configuration: GateConfiguration, at now: UInt64
    ) {
        self.rule = rule
        // An observation that weighs less than its rule still weighs no more than the configuration says.
        self.level = observation.level.map { Swift.max($0, level) } ?? level
        subject = observation.subject
        saw = Quote.plain(observation.saw)
        place = observation.place
        isSilence = observation.isSilence
        remedy = Quote.plain(observation.remedy ?? rule.remedy)
        switch observation.outcome {
        case .pass: status = .passed
        case .fail: status = .failed
        case .inconclusive: status = .inconclusive
        }
        guard status != .passed else { return }
        let waiver = configuration.waivers.first {
            $0.rule == rule.id && ($0.subject == nil || $0.subject == observation.subject)
        }
        if let waiver {
            self.waiver = waiver
            if now < waiver.untilUnixNano {
                status = .waived
            } else {
                status = .failed
                saw += "; the waiver of \(Quote.short(waiver.owner)) ended on \(waiver.until)"
                remedy = "Mend it, or renew the waiver at \(waiver.place)."
            }
        } else if status == .failed,
            configuration.baseline.findings.contains(Baseline.Key(rule: rule.id, subject: observation.subject ?? ""))
        {
            status = .known
        }
    }

    /// Worst first.
    var order: (Int, Int, String, String) {
        let statusRank = Status.allCases.firstIndex(of: status) ?? 0
        let levelRank = Rule.Level.allCases.firstIndex(of: level) ?? 0
        return (statusRank, levelRank, rule.id, subject ?? "")
    }

    /// "edge", or nothing for the deployment as a whole, ready to stand in front of what was seen.
    var subjectText: String { subject.map { Quote.short($0) + ": " } ?? "" }
}

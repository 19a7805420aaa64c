/// The answer to "may this version go to production?", with everything it rests on.
public struct Verdict: Sendable {
    public var conclusion: Conclusion
    /// Worst first, then by rule and subject.
    public var findings: [Finding]
    public var madeUnixNano: UInt64
    /// What the reader should know about how it was judged.
    public var notes: [String]
    /// Parts of the manifest that were not judged.
    public var manifestNotes: [Manifest.Note]
    public var window: TimeWindow
    public var files: [String]
    public var functionCount: Int
    public var score: InstrumentationScore
    /// The gate's own requests, in the order in which they were sent.
    public var probes: [ProbeReport.Request]

    public enum Conclusion: String, Sendable {
        case pass
        case blocked
        /// Nothing speaks against it, and not enough for it.
        case inconclusive

        public var exitCode: Int32 {
            switch self {
            case .pass: 0
            case .blocked: 1
            case .inconclusive: 3
            }
        }
    }

    /// Judges a deployment by every rule.
    ///
    /// 1. Each rule observes; `gate.yaml` says how much it weighs.
    /// 2. What a waiver covers is waived until its day; from then on it fails, and says whose waiver it was.
    /// 3. What the baseline has is known and does not block.
    /// 4. A blocking failure blocks; without one, a blocking rule that could not be judged makes it inconclusive.
    public init(_ deployment: Deployment, at now: UInt64) {
        let configuration = deployment.configuration
        var findings: [Finding] = []
        for rule in Rule.all {
            guard let level = configuration.level(of: rule) else { continue }
            for observation in rule.check(deployment) {
                findings.append(Finding(observation, of: rule, level: level, configuration, at: now))
            }
        }
        self.findings = findings.sorted { $0.order < $1.order }
        let blocking = findings.filter { $0.level == .block }
        if blocking.contains(where: { $0.status == .failed }) {
            conclusion = .blocked
        } else {
            conclusion = blocking.contains { $0.status == .inconclusive } || findings.isEmpty ? .inconclusive : .pass
        }
        madeUnixNano = now
        window = deployment.evidence.window
        files = deployment.manifest.files
        functionCount = deployment.functions.count
        // What may hide functions is a finding.
        manifestNotes = deployment.manifest.notes.filter { $0.gap == nil }
        notes = Verdict.notes(on: deployment) + Verdict.notes(onUnusedPartsOf: configuration, deployment, findings)
        probes = deployment.probe?.requests ?? []
        score = InstrumentationScore(deployment)
    }

    private static func notes(on deployment: Deployment) -> [String] {
        let evidence = deployment.evidence
        var notes: [String] = []
        if evidence.sampledSpanCount < evidence.spanCount {
            notes.append(
                "parents, attributes and log lines were judged on a sample: \(evidence.sampledSpanCount) of \(evidence.spanCount) spans, whole traces; counts and durations on all"
            )
        }
        if evidence.futureRecordCount > 0, evidence.clockAheadSeconds > 1 {
            notes.append("telemetry is up to \(Text.seconds(evidence.clockAheadSeconds)) ahead of this clock")
        }
        if evidence.overflowServiceCount > 0 {
            notes.append("more than \(Limits.servicesMax) services; those that came last were not judged")
        }
        return notes
    }

    /// What gate.yaml says of nothing that is there: most likely a name that has changed, or a slip of the pen.
    private static func notes(
        onUnusedPartsOf configuration: GateConfiguration, _ deployment: Deployment, _ findings: [Finding]
    ) -> [String] {
        let strangers = configuration.traffic.keys.sorted().filter { name in
            !deployment.functions.contains { $0.name == name }
        }
        let idle = configuration.waivers.filter { waiver in !findings.contains { $0.waiver == waiver } }
        return strangers.map { "traffic is declared for \(Quote.short($0)), which is no function of the manifest" }
            + idle.map { waiver in
                let subject = waiver.subject.map { " of \(Quote.short($0))" } ?? ""
                return "the waiver of \(waiver.rule)\(subject) at \(waiver.place) waives nothing"
            }
    }

    func count(_ status: Finding.Status, _ level: Rule.Level? = nil) -> Int {
        findings.count { $0.status == status && (level == nil || $0.level == level) }
    }
}

/// The verdict for a person at a terminal: the answer in the first line, the worst next, then everything else in short.
enum HumanReport {
    static func text(_ verdict: Verdict) -> String {
        var lines = [headline(verdict), "  " + summary(verdict), ""] + overview(verdict)
        for status in [Finding.Status.failed, .inconclusive, .waived, .known] {
            for group in groups(verdict.findings.filter { $0.status == status && !$0.isSilence }) {
                lines += block(group)
            }
        }
        lines += silence(verdict)
        lines += passed(verdict)
        for note in verdict.manifestNotes.prefix(Limits.findingsPerRuleMax) {
            lines.append("  note   \(note.place): \(note.message)")
        }
        if verdict.manifestNotes.count > Limits.findingsPerRuleMax {
            lines.append(
                "  note   and \(verdict.manifestNotes.count - Limits.findingsPerRuleMax) more parts that were not judged"
            )
        }
        for note in verdict.notes { lines.append("  note   \(note)") }
        for probe in verdict.probes.prefix(Limits.probesShownMax) {
            lines.append(
                "  probe  \(Quote.short(probe.function)) \(probe.summary); \(probe.arrival)  \(probe.requestID)")
        }
        if verdict.probes.count > Limits.probesShownMax {
            lines.append("  probe  and \(verdict.probes.count - Limits.probesShownMax) more")
        }
        if let mean = verdict.score.mean {
            lines.append(
                "  score  \(Int(mean.rounded())) of 100, \(InstrumentationScore.category(mean)), by the instrumentation score 0.1; not part of the verdict"
            )
        }
        if verdict.conclusion != .pass, let worst = verdict.findings.first {
            lines.append("  next   traceview gate --explain \(worst.rule.id)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func headline(_ verdict: Verdict) -> String {
        let subject =
            "\(Quote.count(verdict.functionCount, "function")) of \(Quote.list(verdict.files.map { String($0) }, limit: 2))"
        switch verdict.conclusion {
        case .pass: return "✓ may go to production: \(subject)"
        case .blocked: return "✗ blocked: \(subject)"
        case .inconclusive: return "? inconclusive: \(subject)"
        }
    }

    private static func summary(_ verdict: Verdict) -> String {
        let parts: [(Int, String)] = [
            (verdict.count(.failed, .block), "blocking"), (verdict.count(.inconclusive, .block), "inconclusive"),
            (
                verdict.findings.count { ($0.status == .failed || $0.status == .inconclusive) && $0.level != .block },
                "to look at"
            ),
            (verdict.count(.waived), "waived"), (verdict.count(.known), "known"), (verdict.count(.passed), "passed"),
        ]
        let counts = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " · ")
        return "\(counts) · evidence since \(Timestamp.text(unixNano: verdict.window.sinceUnixNano))"
    }

    /// What decided the verdict, a line for each rule, so that it fits on a screen; the details follow.
    private static func overview(_ verdict: Verdict) -> [String] {
        let deciding = verdict.findings.filter {
            $0.level == .block && !$0.isSilence && ($0.status == .failed || $0.status == .inconclusive)
        }
        let all = groups(deciding)
        guard all.count > 1 else { return [] }
        var lines = all.prefix(Limits.overviewLinesMax).compactMap { group -> String? in
            guard let first = group.first else { return nil }
            let more = group.count > 1 ? " (and \(group.count - 1) more)" : ""
            return
                "  \(first.status == .failed ? "✗" : "?") \(first.rule.id)  \(Quote.short(first.subjectText + first.saw))\(more)"
        }
        if all.count > Limits.overviewLinesMax { lines.append("  … \(all.count - Limits.overviewLinesMax) more below") }
        return lines + [""]
    }

    /// "  template.yaml:10, :24".
    private static func places(_ places: [Place]) -> String {
        guard let first = places.first else { return "" }
        var lines: [Int] = []
        for place in places where place.file == first.file && !lines.contains(place.line) { lines.append(place.line) }
        return "  " + first.file + lines.prefix(4).map { ":\($0)" }.joined(separator: ", ")
            + (lines.count > 4 ? " …" : "")
    }

    /// Findings of one rule with the same level.
    private static func groups(_ findings: [Finding]) -> [[Finding]] {
        var groups: [[Finding]] = []
        for finding in findings {
            if let last = groups.last?.last, last.rule.id == finding.rule.id, last.level == finding.level {
                groups[groups.count - 1].append(finding)
            } else {
                groups.append([finding])
            }
        }
        return groups
    }

    private static func block(_ findings: [Finding]) -> [String] {
        guard let first = findings.first else { return [] }
        var lines = ["\(mark(first)) \(first.rule.id)  \(first.rule.title)"]
        // Functions of which the same is said share a line.
        var told: [(saw: String, findings: [Finding])] = []
        for finding in findings {
            if let index = told.firstIndex(where: { $0.saw == finding.saw }) {
                told[index].findings.append(finding)
            } else {
                told.append((finding.saw, [finding]))
            }
        }
        for (saw, same) in told.prefix(Limits.findingsPerRuleMax) {
            let subjects = same.compactMap(\.subject)
            let who = subjects.isEmpty ? "" : "\(Quote.list(subjects, limit: 4)): "
            lines.append("      \(who)\(saw)\(places(same.compactMap(\.place)))")
        }
        if told.count > Limits.findingsPerRuleMax {
            lines.append("      and \(told.count - Limits.findingsPerRuleMax) more")
        }
        if let waiver = first.waiver, first.status == .waived {
            lines.append(
                "      waived until \(waiver.until) by \(Quote.short(waiver.owner)): \(Quote.short(waiver.reason))")
        } else if first.status != .known {
            var remedies: [String] = []
            for finding in findings where !remedies.contains(finding.remedy) { remedies.append(finding.remedy) }
            lines += remedies.prefix(Limits.findingsPerRuleMax).map { "      → \($0)" }
        }
        return lines
    }

    private static func mark(_ finding: Finding) -> String {
        switch (finding.status, finding.level) {
        case (.failed, .block): "✗ block"
        case (.failed, _): "! \(finding.level.rawValue) "
        case (.inconclusive, .block): "? block"
        case (.inconclusive, _): "? \(finding.level.rawValue) "
        case (.waived, _): "~ waived"
        case (.known, _): "~ known"
        case (.passed, _): "✓"
        }
    }

    /// What could not be judged because nothing arrived is said once.
    private static func silence(_ verdict: Verdict) -> [String] {
        let silent = verdict.findings.filter { $0.isSilence && $0.status == .inconclusive }
        guard !silent.isEmpty else { return [] }
        var names: [String] = []
        for name in silent.compactMap(\.subject) where !names.contains(name) { names.append(name) }
        let rules = Set(silent.map(\.rule.id)).count
        return ["? and \(rules) more rules cannot be judged for \(Quote.list(names, limit: 4)): nothing has arrived"]
    }

    private static func passed(_ verdict: Verdict) -> [String] {
        let open = Set(verdict.findings.filter { $0.status != .passed }.map(\.rule.id))
        var ids: [String] = []
        for finding in verdict.findings where finding.status == .passed && !open.contains(finding.rule.id) {
            if !ids.contains(finding.rule.id) { ids.append(finding.rule.id) }
        }
        guard !ids.isEmpty else { return [] }
        let short = ids.map { $0.dropFirst(3) }.joined(separator: " ")
        return ["✓ passed  \(short)", ""]
    }
}

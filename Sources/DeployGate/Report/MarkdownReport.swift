/// The verdict as Markdown, for a pull request's comment or a job's summary.
enum MarkdownReport {
    static func text(_ verdict: Verdict) -> String {
        var lines = ["## \(headline(verdict))", ""]
        let open = verdict.findings.filter { $0.status != .passed }
        if !open.isEmpty {
            lines += ["| | rule | what was seen | where | how to mend it |", "|---|---|---|---|---|"]
            for finding in open {
                let place = finding.place.map { code($0.description) } ?? ""
                lines.append(
                    "| \(mark(finding)) | \(finding.rule.id) \(finding.rule.title) | \(cell(finding.subjectText + finding.saw)) | \(place) | \(cell(remedy(finding))) |"
                )
            }
            lines.append("")
        }
        lines.append(
            "\(verdict.count(.passed)) checks passed. Evidence since \(Timestamp.text(unixNano: verdict.window.sinceUnixNano))."
        )
        for note in verdict.notes { lines.append("Note: \(cell(note)).") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func headline(_ verdict: Verdict) -> String {
        switch verdict.conclusion {
        case .pass: "✓ May go to production"
        case .blocked: "✗ Blocked"
        case .inconclusive: "? Inconclusive"
        }
    }

    private static func mark(_ finding: Finding) -> String {
        switch finding.status {
        case .failed: finding.level == .block ? "✗ block" : "! \(finding.level.rawValue)"
        case .inconclusive: "? \(finding.level.rawValue)"
        case .waived: "waived"
        case .known: "known"
        case .passed: "✓"
        }
    }

    private static func remedy(_ finding: Finding) -> String {
        guard finding.status == .waived, let waiver = finding.waiver else { return finding.remedy }
        return "until \(waiver.until), \(waiver.owner): \(waiver.reason)"
    }

    /// Text in backticks, where nothing is markup but what ends it, the cell or the line.
    private static func code(_ text: String) -> String {
        var result = ""
        for scalar in Quote.plain(text).unicodeScalars {
            switch scalar {
            case "`": result += "'"
            case "|": result += "\\|"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return "`\(result)`"
    }

    /// Text that cannot end the cell, the line or the table, nor be markup.
    static func cell(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\r": result += " "
            case "|", "*", "_", "`", "[", "]", "\\", "#": result += "\\\(scalar)"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "@": result += "&#64;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// The verdict as GitHub Actions' workflow commands: annotations at the manifest's lines.
///
/// Source: GitHub Actions, workflow commands; actions/toolkit, `command.ts`, for what is escaped.
enum GitHubReport {
    static func text(_ verdict: Verdict) -> String {
        var lines: [String] = []
        for finding in verdict.findings where finding.status == .failed || finding.status == .inconclusive {
            let command = finding.level == .block ? "error" : finding.level == .warn ? "warning" : "notice"
            var properties = ["title=\(property("\(finding.rule.id) \(finding.rule.title)"))"]
            if let place = finding.place { properties += ["file=\(property(place.file))", "line=\(place.line)"] }
            let state = finding.status == .inconclusive ? "inconclusive: " : ""
            lines.append(
                "::\(command) \(properties.joined(separator: ","))::\(data("\(state)\(finding.subjectText)\(finding.saw). \(finding.remedy)"))"
            )
        }
        lines.append(
            "::notice title=Deploy gate::\(data("\(verdict.conclusion.rawValue): \(verdict.count(.failed)) failed, \(verdict.count(.inconclusive)) inconclusive, \(verdict.count(.passed)) passed"))"
        )
        return lines.joined(separator: "\n") + "\n"
    }

    static func data(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    static func property(_ text: String) -> String {
        data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}

extension String {
    fileprivate func replacing(_ character: Unicode.Scalar, with text: String) -> String {
        var result = ""
        for scalar in unicodeScalars {
            if scalar == character { result += text } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }
}

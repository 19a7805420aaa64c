/// The verdict as JUnit XML, as CI servers read it: a suite for each rule, a case for each subject.
///
/// Source: the JUnit schema of Apache Ant, windyroad.com.au/dl/Open%20Source/JUnit.xsd.
enum JUnitReport {
    static func text(_ verdict: Verdict) -> String {
        var lines = [#"<?xml version="1.0" encoding="UTF-8"?>"#, "<testsuites>"]
        let time = String(Timestamp.text(unixNano: verdict.madeUnixNano).dropLast())
        var index = 0
        for rule in Rule.all {
            let findings = verdict.findings.filter { $0.rule.id == rule.id }
            guard !findings.isEmpty else { continue }
            let failures = findings.count { isFailure($0) }
            let errors = findings.count { isError($0) }
            lines.append(
                #"  <testsuite package="gate" id="\#(index)" name="\#(rule.id)" timestamp="\#(time)" hostname="localhost" tests="\#(findings.count)" failures="\#(failures)" errors="\#(errors)" time="0">"#
            )
            lines.append("    <properties/>")
            for finding in findings { lines += testCase(finding) }
            lines += ["    <system-out/>", "    <system-err/>", "  </testsuite>"]
            index += 1
        }
        return (lines + ["</testsuites>"]).joined(separator: "\n") + "\n"
    }

    private static func testCase(_ finding: Finding) -> [String] {
        let name = finding.subject ?? "deployment"
        let head =
            #"    <testcase classname="\#(finding.rule.id)" name="\#(escaped(name)): \#(escaped(finding.rule.title))" time="0""#
        let place = finding.place.map { "\n\($0)" } ?? ""
        let message = #"message="\#(escaped(finding.saw))""#
        let body = escaped(finding.remedy + place)
        if isFailure(finding) {
            return [
                head + ">", #"      <failure \#(message) type="\#(finding.level.rawValue)">\#(body)</failure>"#,
                "    </testcase>",
            ]
        }
        // Not enough evidence is no failure of the deployment, and no success of the gate.
        if isError(finding) {
            return [head + ">", #"      <error \#(message) type="inconclusive">\#(body)</error>"#, "    </testcase>"]
        }
        return [head + "/>"]
    }

    private static func isFailure(_ finding: Finding) -> Bool { finding.status == .failed && finding.level == .block }
    private static func isError(_ finding: Finding) -> Bool {
        finding.status == .inconclusive && finding.level == .block
    }

    /// Source: XML 1.0, sections 2.2 and 2.4: some characters cannot stand in a document at all.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n": result += "&#10;"
            default:
                let isAllowed =
                    scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF || scalar == "\t"
                if isAllowed, !Quote.isPlain(scalar) {
                    // What a terminal would obey says the same by its number.
                    result += "&#\(scalar.value);"
                } else {
                    result.unicodeScalars.append(isAllowed ? scalar : "\u{FFFD}")
                }
            }
        }
        return result
    }
}

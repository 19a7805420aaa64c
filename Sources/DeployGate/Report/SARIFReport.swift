import OTLP

/// The verdict as SARIF 2.1.0, for code scanning.
///
/// Source: OASIS Static Analysis Results Interchange Format 2.1.0, sections 3.13, 3.19, 3.27, 3.35.
enum SARIFReport {
    static func bytes(_ verdict: Verdict) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
            writer.member("version", "2.1.0")
            writer.array("runs") { writer in
                writer.object { writer in
                    tool(&writer)
                    writer.array("invocations") { writer in
                        writer.object { writer in
                            writer.member("executionSuccessful", true)
                            writer.member("exitCode", verdict.conclusion.exitCode)
                            writer.member("exitCodeDescription", verdict.conclusion.rawValue)
                        }
                    }
                    writer.array("results") { writer in verdict.findings.forEach { result($0, verdict, &writer) } }
                }
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private static func tool(_ writer: inout JSONWriter) {
        writer.object("tool") { writer in
            writer.object("driver") { writer in
                writer.member("name", "traceview gate")
                writer.array("rules") { writer in
                    for rule in Rule.all {
                        writer.object { writer in
                            writer.member("id", rule.id)
                            writer.object("shortDescription") { $0.member("text", rule.title) }
                            writer.object("fullDescription") { $0.member("text", rule.reason) }
                            writer.object("help") { $0.member("text", rule.remedy) }
                            writer.object("defaultConfiguration") { $0.member("level", level(rule.level)) }
                        }
                    }
                }
            }
        }
    }

    private static func result(_ finding: Finding, _ verdict: Verdict, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("ruleId", finding.rule.id)
            if let index = Rule.all.firstIndex(where: { $0.id == finding.rule.id }) {
                writer.member("ruleIndex", index)
            }
            let isPass = finding.status == .passed
            // "open": there is not enough to decide. A result that is no failure has the level "none".
            let kind = isPass ? "pass" : finding.status == .inconclusive ? "open" : "fail"
            writer.member("kind", kind)
            writer.member("level", kind == "fail" ? level(finding.level) : "none")
            let text = finding.subjectText + finding.saw + (isPass ? "" : ". " + finding.remedy)
            writer.object("message") { $0.member("text", text) }
            let place = finding.place ?? verdict.files.first.map { Place(file: $0, line: 1) }
            if let place { location(place, &writer) }
            if finding.status == .waived || finding.status == .known {
                writer.array("suppressions") { writer in
                    writer.object { writer in
                        writer.member("kind", "external")
                        let reason = finding.waiver.map { "until \($0.until), \($0.owner): \($0.reason)" }
                        writer.member("justification", reason ?? "in the baseline")
                    }
                }
            }
            writer.object("partialFingerprints") {
                $0.member("finding/v1", "\(finding.rule.id)/\(finding.subject ?? "")")
            }
        }
    }

    private static func location(_ place: Place, _ writer: inout JSONWriter) {
        writer.array("locations") { writer in
            writer.object { writer in
                writer.object("physicalLocation") { writer in
                    writer.object("artifactLocation") { $0.member("uri", uri(place.file)) }
                    writer.object("region") { $0.member("startLine", max(1, place.line)) }
                }
            }
        }
    }

    /// A path as a URI reference (RFC 3986).
    private static func uri(_ path: String) -> String {
        var result = ""
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }

    private static func level(_ level: Rule.Level) -> String {
        switch level {
        case .block: "error"
        case .warn: "warning"
        case .info: "note"
        }
    }
}

import OTLP

/// The verdict as one JSON object.
///
/// Source: Documentation/Formats/gate-report.schema.json.
enum JSONReport {
    static func bytes(_ verdict: Verdict) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("schemaVersion", 1)
            writer.member("conclusion", verdict.conclusion.rawValue)
            writer.member("exitCode", verdict.conclusion.exitCode)
            writer.member("time", Timestamp.text(unixNano: verdict.madeUnixNano))
            writer.object("window") { writer in
                writer.member("since", Timestamp.text(unixNano: verdict.window.sinceUnixNano))
                writer.member("until", Timestamp.text(unixNano: verdict.window.untilUnixNano))
            }
            writer.array("files") { writer in verdict.files.forEach { writer.value($0) } }
            writer.member("functionCount", verdict.functionCount)
            writer.array("findings") { writer in verdict.findings.forEach { finding($0, &writer) } }
            writer.array("notes") { writer in
                for note in verdict.manifestNotes { writer.value("\(note.place): \(note.message)") }
                for note in verdict.notes { writer.value(note) }
            }
            writer.array("probes") { writer in verdict.probes.forEach { probe($0, &writer) } }
            score(verdict.score, &writer)
            writer.member("semanticConventions", SemanticConventions.version)
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    /// The findings alone, one JSON object a line.
    static func lines(_ verdict: Verdict) -> [UInt8] {
        var bytes: [UInt8] = []
        for finding in verdict.findings {
            var writer = JSONWriter()
            self.finding(finding, &writer)
            bytes += writer.bytes + [UInt8(ascii: "\n")]
        }
        return bytes
    }

    private static func finding(_ finding: Finding, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("rule", finding.rule.id)
            writer.member("level", finding.level.rawValue)
            writer.member("status", finding.status.rawValue)
            if let subject = finding.subject { writer.member("subject", subject) }
            writer.member("title", finding.rule.title)
            writer.member("saw", finding.saw)
            if finding.status != .passed { writer.member("remedy", finding.remedy) }
            if let place = finding.place {
                writer.member("file", place.file)
                writer.member("line", place.line)
            }
            if let waiver = finding.waiver {
                writer.object("waiver") { writer in
                    writer.member("owner", waiver.owner)
                    writer.member("reason", waiver.reason)
                    writer.member("until", waiver.until)
                    if let measured = waiver.measured { writer.member("measured", measured) }
                }
            }
        }
    }

    private static func probe(_ request: ProbeReport.Request, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("function", request.function)
            writer.member("purpose", request.purpose.rawValue)
            if !request.request.isEmpty { writer.member("request", request.request) }
            writer.member("requestID", request.requestID)
            writer.member("sent", Timestamp.text(unixNano: request.sentUnixNano))
            writer.member("answer", request.answer)
            writer.member("asExpected", request.isAsExpected)
            if let milliseconds = request.arrivalMilliseconds { writer.member("storedAfterMilliseconds", milliseconds) }
            if let story = request.story {
                writer.member("spans", story.spanCount)
                writer.member("logs", story.logCount)
            }
        }
    }

    private static func score(_ score: InstrumentationScore, _ writer: inout JSONWriter) {
        writer.object("instrumentationScore") { writer in
            writer.member("specification", "0.1")
            if let mean = score.mean { writer.member("mean", (mean * 100).rounded() / 100) }
            writer.array("services") { writer in
                for service in score.services {
                    writer.object { writer in
                        writer.member("name", service.name)
                        writer.member("score", (service.score * 100).rounded() / 100)
                        writer.member("category", InstrumentationScore.category(service.score))
                        writer.array("failed") { writer in service.failed.forEach { writer.value($0) } }
                    }
                }
            }
            writer.array("unjudged") { writer in InstrumentationScore.unjudged.forEach { writer.value($0) } }
        }
    }
}

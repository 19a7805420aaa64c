import DeployGate
import OTLP
import Testing

@Suite struct ReportTests {
    private func report(_ format: ReportFormat, _ judged: Judged) -> String {
        String(decoding: format.report(judged.verdict), as: UTF8.self)
    }

    /// A function whose name and telemetry mean harm to every format.
    private func hostile() throws -> Judged {
        let manifest = Manifests.functions.replacing("  worker:", with: #"  "w<o>&|*,:%\"\u001b[31m\r::error::x":"#)
        var sent = Sent()
        sent.edgeSpan = "GET /\u{1B}[2J123456\u{202E}<script>&\"'|`@everyone"
        return try Judged(sent, manifest: manifest)
    }

    @Test func theVerdictComesFirst() throws {
        #expect(report(.human, try Judged()).hasPrefix("✓ may go to production: 2 functions of functions.yaml\n"))
        let cold = try Judged(manifest: Manifests.functions.replacing("    provisioned-concurrency: 1\n", with: ""))
        let lines = report(.human, cold).split(separator: "\n")
        #expect(lines[0] == "✗ blocked: 2 functions of functions.yaml")
        #expect(lines[2] == "✗ block TG-CFG-05  User-facing endpoints are kept warm", "one reason needs no overview")
        #expect(lines[3].hasSuffix("functions.yaml:17"), "\(lines[3])")
        #expect(lines.last == "  next   traceview gate --explain TG-CFG-05")
    }

    @Test func manyReasonsOpenWithAnOverviewThatFitsOnAScreen() throws {
        var sent = Sent()
        sent.requestCount = 0
        sent.metrics = []
        let lines = report(.human, try Judged(sent, manifest: Manifests.sam)).split(
            separator: "\n", omittingEmptySubsequences: false)
        let overviewEnd = try #require(lines.dropFirst(3).firstIndex(of: ""))
        #expect(overviewEnd < 22)
    }

    @Test func whatIsSilentIsSaidOnce() throws {
        var sent = Sent()
        sent.sendsWorker = false
        let text = report(.human, try Judged(sent))
        #expect(text.contains("more rules cannot be judged for worker: nothing has arrived"))
        #expect(!text.contains("nothing of it has arrived since"))
    }

    @Test(arguments: ReportFormat.allCases)
    func noFormatLetsTelemetrySpeakToTheTerminal(_ format: ReportFormat) throws {
        let text = report(format, try hostile())
        #expect(
            !text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x7F || $0.value == 0x202E })
    }

    @Test(arguments: ReportFormat.allCases)
    func noRemedyLetsTheManifestSpeakToTheTerminal(_ format: ReportFormat) throws {
        // Without traffic the remedy names the first function.
        let manifest = Manifests.functions.replacing("  edge:", with: #"  "e\u001b[31md\u202e\u009bge":"#)
        let judged = try Judged(manifest: manifest, gate: "")
        #expect(judged.open("TG-CST-01").count == 1)
        let text = report(format, judged)
        #expect(
            !text.unicodeScalars.contains {
                ($0.value < 0x20 && $0 != "\n") || (0x7F...0x9F).contains($0.value) || $0.value == 0x202E
            })
    }

    @Test func placesInMarkdownStandAsTheyAre() throws {
        let judged = try Judged(manifest: Manifests.functions.replacing("    provisioned-concurrency: 1\n", with: ""))
        #expect(report(.markdown, judged).contains("| `functions.yaml:17` |"))
    }

    @Test func gitHubsCommandsCannotBeForged() throws {
        let text = report(.github, try hostile())
        let lines = text.split(separator: "\n")
        #expect(!lines.isEmpty)
        for line in lines {
            #expect(line.hasPrefix("::error ") || line.hasPrefix("::warning ") || line.hasPrefix("::notice "))
        }
        #expect(text.contains("title=TG-BUD-01") == false)
        #expect(text.contains("%25"))
    }

    @Test func markdownStaysATable() throws {
        let text = report(.markdown, try hostile())
        #expect(!text.contains("<script>") && !text.contains("@everyone"))
        for row in text.split(separator: "\n") where row.hasPrefix("|") {
            let bars = zip(row, row.dropFirst()).count { $0 != "\\" && $1 == "|" } + 1
            #expect(bars == 6, "\(row)")
        }
    }

    @Test func theCatalogueAndItsPageAreOfOneSource() throws {
        #expect(RuleCatalogue.list.split(separator: "\n").count == 40)
        for rule in Rule.all {
            #expect(RuleCatalogue.page.contains("| \(rule.id) | \(rule.level.rawValue) |"))
            let explanation = try #require(RuleCatalogue.explanation(of: rule.id.lowercased()))
            #expect(explanation.contains(rule.remedy) && explanation.contains(rule.reason))
        }
        #expect(RuleCatalogue.explanation(of: "TG-NO-01") == nil)
    }
}

import DeployGate
import OTLP
import Testing

@Suite struct VerdictTests {
    private static let cold = Manifests.functions.replacing("    provisioned-concurrency: 1\n", with: "")
    private static func waiver(until: String) -> String {
        Judged.gate + """
            waivers:
              - rule: TG-CFG-05
                function: edge
                owner: ada@example.org
                reason: closed beta
                until: \(until)
                measured: 310 ms

            """
    }

    @Test func aWaiverHoldsUntilItsDayAndFailsFromThenOn() throws {
        let day = Timestamp.date(unixNano: Sent.until)
        let tomorrow = Timestamp.date(unixNano: Sent.until + 86_400_000_000_000)
        let waived = try Judged(manifest: Self.cold, gate: Self.waiver(until: tomorrow))
        #expect(waived.open("TG-CFG-05") == ["waived edge"])
        #expect(waived.verdict.conclusion == .pass)
        let expired = try Judged(manifest: Self.cold, gate: Self.waiver(until: day))
        #expect(expired.open("TG-CFG-05") == ["fail edge"])
        #expect(expired.verdict.conclusion == .blocked)
        #expect(expired.saw("TG-CFG-05").contains("the waiver of ada@example.org ended on \(day)"))
    }

    @Test(arguments: [
        "rule: TG-CFG-05", "owner: ada@example.org", "reason: closed beta", "until: 2030-01-01", "measured: 310 ms",
    ])
    func aWaiverWithoutOneOfItsPartsIsRefused(_ part: String) {
        let gate = Self.waiver(until: "2030-01-01").replacing(part, with: "subject: x")
        #expect(throws: ManifestError.self) { try Judged(gate: gate) }
    }

    @Test(arguments: [
        "rules: {TG-XXX-01: warn}", "rules: {TG-LOG-01: loud}", "thresholds: {memory: 3}", "traffic: {default: many}",
        "probe: [{function: edge}]", "waivers: yes", "nothing: 1", "budget: 100 EUR", "- 1",
        "thresholds: {span-names-max: -1}",
    ])
    func aWrongSettingIsRefusedWithItsLine(_ text: String) {
        #expect { try GateConfiguration(Array("# gate\n\(text)\n".utf8), file: "gate.yaml") } throws: {
            "\($0)".hasPrefix("gate.yaml:2: ")
        }
    }

    @Test func anEmptyConfigurationIsTheDefaults() throws {
        _ = try GateConfiguration(Array("# nothing decided yet\n".utf8), file: "gate.yaml")
    }

    @Test func levelsAreConfigurable() throws {
        let warned = try Judged(manifest: Self.cold, gate: Judged.gate + "rules: {TG-CFG-05: warn}\n")
        #expect(warned.open("TG-CFG-05") == ["fail edge"])
        #expect(warned.verdict.conclusion == .pass)
        let off = try Judged(manifest: Self.cold, gate: Judged.gate + "rules: {tg-cfg-05: off}\n")
        #expect(!off.verdict.findings.contains { $0.rule.id == "TG-CFG-05" })
    }

    @Test func aFailureWeighsMoreThanWhatIsNotKnown() throws {
        var sent = Sent()
        sent.sendsWorker = false
        #expect(try Judged(sent, manifest: Self.cold).verdict.conclusion == .blocked)
        #expect(Verdict.Conclusion.pass.exitCode == 0 && Verdict.Conclusion.blocked.exitCode == 1)
        #expect(Verdict.Conclusion.inconclusive.exitCode == 3)
    }

    @Test func whatTheBaselineHasIsKnownAndDoesNotBlock() throws {
        let before = try Judged(manifest: Self.cold)
        let baseline = try Baseline(Baseline.write(before.verdict, of: before.deployment), file: "baseline.json")
        var deployment = before.deployment
        deployment.configuration.baseline = baseline
        let after = Verdict(deployment, at: Sent.until)
        #expect(after.conclusion == .pass)
        #expect(after.findings.contains { $0.rule.id == "TG-CFG-05" && $0.status == .known })
        #expect(after.findings.contains { $0.rule.id == "TG-REG-01" && $0.status == .passed }, "the contract is kept")
    }

    @Test func theBaselinesContractShowsWhatDisappears() throws {
        let before = try Judged()
        var sent = Sent()
        sent.edgeSpan = "GET /other"
        var after = try Judged(sent).deployment
        after.configuration.baseline = try Baseline(
            Baseline.write(before.verdict, of: before.deployment), file: "b.json")
        let finding = Verdict(after, at: Sent.until).findings.first {
            $0.rule.id == "TG-REG-01" && $0.subject == "edge"
        }
        #expect(finding?.status == .failed)
        #expect(finding?.saw == "gone: span \"GET /lessons\"")
    }

    @Test func aBaselineOfAnotherVersionIsRefused() {
        #expect(throws: ManifestError.self) { try Baseline(Array("{\"version\": 2}".utf8), file: "b.json") }
    }

    @Test func manifestsOfOneDeploymentCompleteEachOther() throws {
        var manifest = try Manifests.read(#"{"version": "2.0", "functionTimeout": "00:00:30"}"#, as: "app/host.json")
        #expect(manifest.functions.isEmpty && manifest.notes.count == 1)
        manifest.append(try Manifests.read("functions:\n  edge: {memory: 512 MB}\n"))
        manifest.append(try Manifests.read("functions:\n  edge: {memory: 128 MB, timeout: 3 s}\n"))
        #expect(manifest.functions.count == 1)
        #expect(manifest.functions[0].memoryMegabytes.value == 512)
        #expect(manifest.functions[0].timeoutSeconds.value == 3)
    }

    @Test func whatTheConfigurationSaysOfNothingIsNoted() throws {
        let gate = """
            traffic: {default: 1 million, egde: 2 million}
            waivers:
              - {rule: TG-LOG-06, function: nobody, owner: team, reason: later, until: 2030-01-01}
            """
        let notes = try Judged(gate: gate).verdict.notes
        #expect(notes.contains("traffic is declared for egde, which is no function of the manifest"))
        #expect(notes.contains { $0.hasPrefix("the waiver of TG-LOG-06 of nobody at gate.yaml:3 waives nothing") })
        #expect(try Judged().verdict.notes.isEmpty)
    }

    @Test func theScoreFollowsItsOwnSpecification() throws {
        let right = try Judged().verdict.score
        #expect(right.mean == 100)
        var sent = Sent()
        // RES-001 (normal, 20) of RES 120 + LOG 30 + SPA 100 + MET 160 = 410.
        sent.changeEdgeResource = { $0.attributes.removeAll { $0.key == "service.instance.id" } }
        let score = try Judged(sent).verdict.score.services.first { $0.name == "edge" }
        #expect(score?.failed == ["RES-001"])
        #expect(abs((score?.score ?? 0) - 390.0 / 410 * 100) < 0.001)
        #expect(InstrumentationScore.category(score?.score ?? 0) == "excellent")
    }
}

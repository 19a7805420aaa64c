import DeployGate
import OTLP
import Testing

/// Budget and cost: what is right passes, and the one thing that is wrong is found.
@Suite struct CostRuleTests {
    @Test(arguments: ["50 %", "75 %", "90 %"])
    func everyOneOfTheThreeNotificationsIsNeeded(_ percent: String) throws {
        let missing = Manifests.functions.replacing("at: \(percent)", with: "at: 80 %")
        #expect(try Judged(manifest: missing).open("TG-BUD-01") == ["fail budget"])
        let mute = Manifests.functions.replacing("at: \(percent), to: a@example.org", with: "at: \(percent)")
            .replacing("at: \(percent), to: [a@example.org, b@example.org]", with: "at: \(percent)")
        #expect(try Judged(manifest: mute).saw("TG-BUD-01").contains(percent))
    }

    @Test func noBudgetBlocksAndNoForecastWarns() throws {
        let none = Manifests.functions.replacing("budget:", with: "x-budget:")
        #expect(throws: ManifestError.self) { try Judged(manifest: none) }
        let forecast = Manifests.functions.replacing(
            "            - {at: 100 %, of: forecast, to: a@example.org}\n", with: "")
        #expect(
            try Judged(manifest: forecast.replacing("    - {at: 100 %, of: forecast, to: a@example.org}\n", with: ""))
                .open("TG-BUD-02") == ["fail budget"])
        #expect(try Judged(manifest: Manifests.cloudFormationJSON).open("TG-BUD-01") == ["fail -"])
    }

    @Test func theProjectedCostIsHeldAgainstTheBudget() throws {
        // edge: 1 million × (0.25 GB × 0.1 s provisioned + request) + one warm instance; worker: 0.5 GB × 0.05 s.
        let judged = try Judged()
        #expect(judged.open("TG-CST-01") == [])
        #expect(judged.saw("TG-CST-01").contains("at 2 million requests"))
        #expect(judged.saw("TG-CST-01").hasPrefix("$3.80 a month"))
        #expect(try Judged(gate: "traffic: {default: 1 million}\nbudget: 3 USD\n").blocking == ["TG-CST-01"])
        let warned = try Judged(gate: "traffic: {default: 1 million}\nbudget: 5 USD\n")
        #expect(warned.open("TG-CST-01") == ["fail -"] && warned.blocking == [], "76 % only warns")
        #expect(try Judged(gate: "").open("TG-CST-01") == ["inconclusive edge"], "no traffic is declared")
    }
}

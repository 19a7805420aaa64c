import DeployGate
import OTLP
import Testing

/// For each rule: what is right passes, and the one thing that is wrong is found.
@Suite struct RuleTests {
    @Test func aDeploymentThatDoesEverythingRightPasses() throws {
        let judged = try Judged()
        #expect(judged.blocking == [])
        #expect(judged.verdict.conclusion == .pass)
    }

    @Test func everyRuleSaysSomethingAndIdsAreUnique() throws {
        #expect(Rule.all.count == 40)
        #expect(Set(Rule.all.map(\.id)).count == 40)
        let judged = try Judged()
        for rule in Rule.all {
            #expect(judged.verdict.findings.contains { $0.rule.id == rule.id }, "\(rule.id) is silent")
        }
    }

    @Test func anEmptyStoreIsNeverAPass() throws {
        var sent = Sent()
        sent.requestCount = 0
        sent.metrics = []
        sent.sendsWorker = false
        let judged = try Judged(sent)
        #expect(judged.verdict.conclusion == .inconclusive)
        #expect(judged.open("TG-GATE-01").count == 2)
        let live = judged.verdict.findings.filter { $0.rule.phase == .evidence && $0.status == .passed }
        #expect(live.isEmpty, "\(live.map(\.rule.id)) passed on nothing")
    }
}

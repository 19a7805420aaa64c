import ArgumentParser
import DeployGate
import Program

/// `traceview gate rules`: the catalogue.
struct GateRulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Lists the rules of the deploy gate.")

    @Flag(help: "Print the page of the documentation.")
    var markdown = false

    func run() async throws {
        Standard.output(Array((markdown ? RuleCatalogue.page : RuleCatalogue.list).utf8))
    }
}

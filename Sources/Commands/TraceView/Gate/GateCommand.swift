import ArgumentParser
import DeployGate
import Foundation
import Program
import TelemetryStore

/// `traceview gate`: may this version go to production?
struct GateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Answers with evidence whether a version may go to production.",
        discussion: """
            Compares what a manifest declares and what its functions have sent with the rules of the deploy gate. \
            Manifests: AWS SAM and CloudFormation, Serverless Framework, Google Cloud Run and Functions, Azure Functions \
            (host.json), functions.yaml.

            Exit status: 0 pass, 1 blocked, 2 wrong usage or configuration, 3 inconclusive, 4 the evidence cannot be read.
            """,
        subcommands: [GateRulesCommand.self])

    @Option(
        help: ArgumentHelp("The file that declares the functions; may be given several times.", valueName: "FILE"))
    var manifest: [String] = []

    @Option(
        help: ArgumentHelp(
            "Judge what was sent since then: a moment (2026-11-24T20:31:26Z) or a time ago (30m, 24h; default: 24h).",
            valueName: "TIME"))
    var since: String?

    @Option(help: ArgumentHelp("The version being deployed: what service.version must be.", valueName: "VERSION"))
    var deployment: String?

    @Option(
        help: ArgumentHelp(
            "Levels, thresholds, traffic, waivers, probes (default: gate.yaml if there is one).", valueName: "FILE"))
    var config: String?

    @OptionGroup var sourceOptions: SourceOptions

    @Option(
        help: ArgumentHelp(
            "Send requests of the gate's own: to this base URL, or by a command that finds GATE_FUNCTION, GATE_PURPOSE, GATE_REQUEST and GATE_REQUEST_ID in its environment.",
            valueName: "URL|COMMAND"))
    var probe: String?

    @Option(help: ArgumentHelp("How long a probe's telemetry may take to arrive.", valueName: "SECONDS"))
    var probePatience: Double = 5

    @Option(
        help: ArgumentHelp(
            "A value for a parameter of the template, or a variable (opt:stage=dev).", valueName: "NAME=VALUE"))
    var parameter: [String] = []

    @Option(help: "How the verdict is told: \(ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format: ReportFormat = .human

    @Option(help: ArgumentHelp("Write the report there instead of standard output.", valueName: "FILE"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Findings that were there when the gate was adopted, and the contract of telemetry.", valueName: "FILE"))
    var baseline: String?

    @Option(help: ArgumentHelp("Accept what is there now: write it as a baseline.", valueName: "FILE"))
    var writeBaseline: String?

    @Option(help: ArgumentHelp("Say everything about one rule.", valueName: "RULE"))
    var explain: String?

    func run() async throws {
        if let explain {
            guard let text = RuleCatalogue.explanation(of: explain) else {
                throw ProgramError.usage("no rule is called \(explain); `traceview gate rules` lists them")
            }
            Standard.output(Array(text.utf8))
            return
        }
        let setting = try GateSetting(self)
        let source = try sourceOptions.opened()
        let report = try await probeReport(setting, source)
        let evidence = try await evidence(setting, source)
        let judged = Deployment(
            manifest: setting.manifest, evidence: evidence, configuration: setting.configuration, probe: report,
            version: deployment)
        let verdict = Verdict(judged, at: GateSetting.now())
        try write(format.report(verdict), to: output)
        if let writeBaseline { try write(Baseline.write(verdict, of: judged), to: writeBaseline) }
        throw ExitCode(verdict.conclusion.exitCode)
    }

    // MARK: Evidence

    private func probeReport(_ setting: GateSetting, _ source: any TelemetrySource) async throws(ProgramError)
        -> ProbeReport?
    {
        guard let prober = setting.prober else { return nil }
        let run = ProbeRun(
            prober: prober, source: source, patience: .milliseconds(Int(probePatience * 1000)),
            now: GateSetting.now)
        do throws(StoreError) {
            return try await run.report(on: setting.probeTargets)
        } catch {
            throw .unreadable(error.description)
        }
    }

    private func evidence(_ setting: GateSetting, _ source: any TelemetrySource) async throws(ProgramError) -> Evidence
    {
        let now = GateSetting.now()
        let window = TimeWindow(sinceUnixNano: setting.sinceUnixNano, untilUnixNano: now)
        // What came before is what the rules compare with: a day of it, or as long a time as the window.
        let length = max(now - window.sinceUnixNano, 86_400_000_000_000)
        let history = TimeWindow(
            sinceUnixNano: window.sinceUnixNano - min(length, window.sinceUnixNano), untilUnixNano: window.sinceUnixNano
        )
        do throws(StoreError) {
            return try await EvidenceReader(
                SourceEvidence(source: source), window: window, history: history,
                version: since == nil ? deployment : nil, configuration: setting.configuration
            ).read()
        } catch {
            throw .unreadable(error.description)
        }
    }

    private func write(_ bytes: [UInt8], to path: String?) throws(ProgramError) {
        guard let path else { return Standard.output(bytes) }
        try OutputFile.write(bytes, to: path)
    }
}

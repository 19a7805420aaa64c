import DeployGate
import Foundation
import Program

/// What a gate is asked, checked whole before anything is read.
struct GateSetting {
    var manifest: Manifest
    var configuration = GateConfiguration()
    var sinceUnixNano: UInt64
    var prober: (any Prober)?
    var probeTargets: [ProbeTarget] = []

    init(_ command: GateCommand) throws(ProgramError) {
        guard !command.manifest.isEmpty else {
            throw .usage(
                "--manifest is missing: the file that declares the functions (template.yaml, serverless.yml, functions.yaml, …)"
            )
        }
        guard command.probePatience > 0, command.probePatience <= 600 else {
            throw .usage("cannot wait \(command.probePatience) s; --probe-patience must be from 0 to 600")
        }
        sinceUnixNano = try GateSetting.since(command.since ?? "24h")
        let parameters = try GateSetting.parameters(command.parameter)
        do throws(ManifestError) {
            manifest = try Manifest.read(try ManifestFile.load(command.manifest[0]), parameters: parameters)
            for path in command.manifest.dropFirst() {
                manifest.append(try Manifest.read(try ManifestFile.load(path), parameters: parameters))
            }
            if let file = command.config ?? (FileManager.default.fileExists(atPath: "gate.yaml") ? "gate.yaml" : nil) {
                configuration = try GateConfiguration(try ManifestFile.bytes(of: file), file: file)
            }
            if let file = command.baseline {
                configuration.baseline = try Baseline(try ManifestFile.bytes(of: file), file: file)
            }
        } catch {
            throw .usage(error.description)
        }
        if let probe = command.probe { try prepare(probe) }
    }

    private mutating func prepare(_ probe: String) throws(ProgramError) {
        let isURL = probe.hasPrefix("http://") || probe.hasPrefix("https://")
        prober =
            isURL
            ? HTTPProber(base: probe.hasSuffix("/") ? String(probe.dropLast()) : probe) : CommandProber(command: probe)
        probeTargets = configuration.probes
        if probeTargets.isEmpty {
            probeTargets =
                isURL
                ? manifest.probeTargets
                : manifest.functions.flatMap { function in
                    ProbePurpose.allCases.map { ProbeTarget(function: function.name, purpose: $0, request: "") }
                }
        }
        for target in probeTargets where !manifest.functions.contains(where: { $0.name == target.function }) {
            throw .usage("cannot probe \(target.function): the manifest declares no such function")
        }
        guard !probeTargets.isEmpty else {
            throw .usage(
                "there is nothing to probe: name requests under probe: in gate.yaml (function, success: GET /path)")
        }
    }

    static func now() -> UInt64 { UInt64(max(0, Date().timeIntervalSince1970) * 1e9) }

    private static func since(_ text: String) throws(ProgramError) -> UInt64 {
        let now = now()
        if let moment = Timestamp.unixNano(text) {
            guard moment <= now else { throw .usage("--since \(text) is in the future") }
            return moment
        }
        guard let seconds = Quantities.seconds(text), seconds > 0, seconds < 1e9 else {
            throw .usage(
                "cannot read --since \(text); must be a moment like 2026-11-24T20:31:26Z, or a time like 30m or 24h")
        }
        return now - min(UInt64(seconds * 1e9), now)
    }

    private static func parameters(_ texts: [String]) throws(ProgramError) -> [String: String] {
        var parameters: [String: String] = [:]
        for text in texts {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw .usage("cannot read --parameter \(text); must be NAME=VALUE")
            }
            parameters[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        return parameters
    }
}

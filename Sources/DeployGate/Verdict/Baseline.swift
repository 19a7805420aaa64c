import OTLP

/// What a system that adopts the gate already had: its findings, which no longer block, and what its functions send.
///
/// Source: Documentation/Formats/gate-baseline.md.
public struct Baseline: Sendable {
    /// Findings that are known, by rule and subject.
    var findings: Set<Key> = []
    var contracts: [String: Contract] = [:]

    struct Key: Hashable, Sendable {
        var rule: String
        var subject: String
    }

    public init() {}

    /// Reads what `write` wrote.
    public init(_ bytes: [UInt8], file: String) throws(ManifestError) {
        let root = try SourceNode.parse(bytes, file: file)
        guard root["version"]?.text == "1" else {
            throw ManifestError("cannot read the baseline: its version must be 1; write it again", at: root.place)
        }
        for element in root["findings"]?.elements ?? [] {
            findings.insert(Key(rule: element["rule"]?.text ?? "", subject: element["subject"]?.text ?? ""))
        }
        for member in root["contracts"]?.members ?? [] {
            func names(_ key: String) -> Set<String> { Set((member.value[key]?.elements ?? []).compactMap(\.text)) }
            contracts[member.key] = Contract(
                spanNames: names("spanNames"), logKeys: names("logKeys"), metricNames: names("metricNames"),
                costPerMillion: member.value["costPerMillion"]?.text.flatMap { Double($0) })
        }
    }

    /// The baseline of a deployment as it was judged: JSON, which is YAML too.
    public static func write(_ verdict: Verdict, of deployment: Deployment) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("version", 1)
            writer.member("written", Timestamp.date(unixNano: verdict.madeUnixNano))
            writer.array("findings") { writer in
                for finding in verdict.findings where finding.status == .failed || finding.status == .known {
                    writer.object { writer in
                        writer.member("rule", finding.rule.id)
                        writer.member("subject", finding.subject ?? "")
                    }
                }
            }
            writer.object("contracts") { writer in
                for function in deployment.functions {
                    guard let seen = function.seen else { continue }
                    writer.object(function.name) { writer in
                        writer.array("spanNames") { writer in seen.spanNames.names.forEach { writer.value($0) } }
                        writer.array("logKeys") { writer in seen.logKeys.names.forEach { writer.value($0) } }
                        writer.array("metricNames") { writer in seen.metricNames.names.forEach { writer.value($0) } }
                        if let cost = Contract.costPerMillion(of: function, seen) {
                            writer.member("costPerMillion", cost)
                        }
                    }
                }
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}

/// What others rely on in a function's telemetry.
struct Contract: Sendable {
    var spanNames: Set<String> = []
    var logKeys: Set<String> = []
    var metricNames: Set<String> = []
    var costPerMillion: Double?

    var count: Int { spanNames.count + logKeys.count + metricNames.count }
    var isEmpty: Bool { count == 0 }

    /// Names that are no longer sent, with what they are.
    func missing(in seen: ServiceEvidence) -> [String] {
        spanNames.filter { !seen.spanNames.contains($0) }.sorted().map { "span \"\($0)\"" }
            + logKeys.filter { !seen.logKeys.contains($0) }.sorted().map { "log key \($0)" }
            + metricNames.filter { !seen.metricNames.contains($0) }.sorted().map { "metric \($0)" }
    }

    static func costPerMillion(of function: DeployedFunction, _ seen: ServiceEvidence) -> Double? {
        guard let prices = ProviderFacts.of(function.declaration.provider).prices,
            let megabytes = function.declaration.memoryMegabytes.value, let seconds = seen.entryDurations.meanSeconds
        else { return nil }
        return prices.invocation(function.declaration, megabytes: megabytes, seconds: seconds) * 1e6
    }
}

extension Contract {
    init(_ history: ServiceEvidence.History) {
        self.init(
            spanNames: Set(history.spanNames.names), logKeys: Set(history.logKeys.names),
            metricNames: Set(history.metricNames.names))
    }
}

/// The instrumentation score: how well services are instrumented, by a public specification. It has no part in the verdict.
///
/// 1. Each rule holds for a service or does not; rules that cannot be judged from what was sent are left out and named.
/// 2. The score is the weight of the rules that hold, of the weight of those that were judged, times 100.
///
/// Source: github.com/instrumentation-score/spec, version 0.1, with its rules as of 2026-04-09.
public struct InstrumentationScore: Sendable {
    public struct Service: Sendable {
        public var name: String
        public var score: Double
        /// Rules that do not hold.
        public var failed: [String]
    }

    /// In alphabetical order.
    public var services: [Service]
    /// The mean over services; `nil` when there are none.
    public var mean: Double?

    /// Rules of the specification that are not judged here, and why: the score may be incomplete.
    public static let unjudged = [
        "SPA-003: its criterion is not written yet", "SDK-001: needs a list of supported versions",
        "RES-003: only for Kubernetes", "LOG-001: needs 14 days of logs",
    ]

    public static func category(_ score: Double) -> String {
        switch score {
        case 90...: "excellent"
        case 75..<90: "good"
        case 50..<75: "needs improvement"
        default: "poor"
        }
    }

    init(_ deployment: Deployment) {
        let evidence = deployment.evidence
        services = evidence.services.filter(\.hasTelemetry).map { service in
            let rules = InstrumentationScore.rules(service, evidence)
            let all = rules.reduce(0) { $0 + $1.weight }
            let kept = rules.filter(\.holds).reduce(0) { $0 + $1.weight }
            return Service(
                name: service.name, score: all == 0 ? 0 : Double(kept) / Double(all) * 100,
                failed: rules.filter { !$0.holds }.map(\.id))
        }
        mean = services.isEmpty ? nil : services.map(\.score).reduce(0, +) / Double(services.count)
    }

    private struct Judged {
        var id: String
        /// Critical 40, important 30, normal 20, low 10.
        var weight: Int
        var holds: Bool
    }

    private static func rules(_ service: ServiceEvidence, _ evidence: Evidence) -> [Judged] {
        var rules = [
            Judged(id: "RES-001", weight: 20, holds: service.resourcesWithoutInstance == 0),
            Judged(id: "RES-002", weight: 30, holds: service.sharedInstanceID == nil),
            Judged(id: "RES-004", weight: 30, holds: !hasMisplacedAttribute(service, evidence)),
            Judged(id: "RES-005", weight: 40, holds: !service.isNameless),
        ]
        if service.judgedLogCount > 0 {
            rules.append(Judged(id: "LOG-002", weight: 30, holds: service.logsWithout["level"] == nil))
        }
        if service.tracedSpanCount > 0 {
            rules += [
                Judged(id: "SPA-001", weight: 20, holds: service.tracesWithManyInternalSpans == 0),
                Judged(id: "SPA-002", weight: 20, holds: service.orphanCount + service.entryOrphanCount == 0),
                Judged(id: "SPA-004", weight: 30, holds: service.clientRootCount == 0),
                Judged(id: "SPA-005", weight: 30, holds: service.tracesWithManyShortSpans == 0),
            ]
        }
        let metrics = evidence.metrics.filter { $0.services.contains(service.name) }
        if !metrics.isEmpty {
            rules += [
                Judged(
                    id: "MET-001", weight: 30,
                    holds: metrics.allSatisfy {
                        $0.cardinalities.values.allSatisfy { $0 < Thresholds.attributeValuesMax }
                    }),
                Judged(
                    id: "MET-002", weight: 30,
                    holds: metrics.allSatisfy { $0.units.allSatisfy { UnitOfMeasure.isValid($0) } }),
                Judged(
                    id: "MET-003", weight: 30,
                    holds: metrics.allSatisfy { $0.units.union($0.historicUnits).count == 1 }),
                Judged(
                    id: "MET-004", weight: 20,
                    holds: metrics.allSatisfy { $0.buckets.union($0.historicBuckets).count <= 1 }),
                Judged(
                    id: "MET-005", weight: 20,
                    holds: metrics.allSatisfy { metric in
                        metric.units.allSatisfy { UnitOfMeasure.repeatedWord(in: metric.name, unit: $0) == nil }
                    }),
                Judged(
                    id: "MET-006", weight: 30,
                    holds: metrics.allSatisfy { SemanticConventions.table.attributes[$0.name] == nil }),
            ]
        }
        return rules
    }

    private static func hasMisplacedAttribute(_ service: ServiceEvidence, _ evidence: Evidence) -> Bool {
        evidence.attributes.contains { use, count in
            guard count.service == service.name, let facts = SemanticConventions.table.attributes[use.key],
                !facts.levels.isEmpty
            else { return false }
            return use.level == .resource ? !facts.levels.contains("resource") : facts.levels == ["resource"]
        }
    }
}

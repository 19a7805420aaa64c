extension Rule {
    static let resourceRules: [Rule] = [
        Rule(
            id: "TG-RES-01", level: .block, title: "service.name is set",
            reason: "Everything is grouped by it; telemetry without it belongs to nobody.",
            remedy: "Set OTEL_SERVICE_NAME.", phase: .evidence, source: "instrumentation score RES-005"
        ) { deployment in
            let nameless = deployment.strangers.filter { $0.isNameless && $0.hasTelemetry }
            let unnamed: [Observation] = nameless.map {
                .fail($0.name, "\(Quote.count($0.spanCount + $0.logCount, "record")) without a service.name")
            }
            return unnamed
                + deployment.eachSeenFunction { function, seen in
                    guard !seen.isNameless else {
                        return .fail(
                            function.name, "some of its telemetry has no service.name", at: function.declaration.place)
                    }
                    return .pass(function.name, seen.name)
                }
        },
        Rule(
            id: "TG-RES-02", level: .block, title: "service.version is the version being deployed",
            reason:
                "Otherwise what was judged is the version before, and a bad deployment cannot be told from a good one.",
            remedy: "Set service.version in OTEL_RESOURCE_ATTRIBUTES from the build, and give the gate --deployment.",
            phase: .evidence, source: "instrumentation score specification, examples"
        ) { deployment in
            deployment.eachSeenFunction { function, seen in
                let place = function.declaration.place
                let versions = seen.versions.keys.filter { !$0.isEmpty }.sorted()
                guard !versions.isEmpty else { return .fail(function.name, "it sends no service.version", at: place) }
                guard let wanted = deployment.version else {
                    return .inconclusive(
                        function.name,
                        "it sends \(Quote.list(versions)); the gate does not know which is being deployed",
                        at: place, remedy: "Give --deployment VERSION, or version: in functions.yaml.")
                }
                guard versions.contains(wanted) else {
                    return .fail(
                        function.name, "it sends \(Quote.list(versions)); must be \(Quote.short(wanted))", at: place)
                }
                if seen.versions[""] != nil {
                    return .fail(function.name, "some of its telemetry has no service.version", at: place)
                }
                guard versions.count == 1 else {
                    return .fail(
                        function.name, "other versions still answer: \(Quote.list(versions.filter { $0 != wanted }))",
                        at: place, remedy: "Wait until the old version is gone, or give a later --since.", level: .warn)
                }
                return .pass(function.name, wanted)
            }
        },
        Rule(
            id: "TG-RES-03", level: .warn, title: "Environment and instance are named",
            reason: "Without them staging alarms wake people, and two instances look like one.",
            remedy: "Set deployment.environment.name and a service.instance.id that is unique to the process.",
            phase: .evidence, source: "instrumentation score RES-001, RES-002"
        ) { deployment in
            deployment.eachSeenFunction { function, seen in
                let place = function.declaration.place
                if seen.environments[""] != nil {
                    return .fail(function.name, "deployment.environment.name is missing", at: place)
                }
                if seen.resourcesWithoutInstance > 0 {
                    return .fail(function.name, "service.instance.id is missing", at: place)
                }
                if let shared = seen.sharedInstanceID {
                    return .fail(
                        function.name, "several processes share the service.instance.id \(Quote.short(shared))",
                        at: place)
                }
                return .pass(function.name, Quote.list(seen.environments.keys.sorted()))
            }
        },
        Rule(
            id: "TG-RES-04", level: .warn, title: "Attributes follow the semantic conventions",
            reason: "Tools find http.request.method on a span; they do not find http_method on a resource.",
            remedy: "Rename or move the attribute as the finding says.", phase: .evidence,
            source: "instrumentation score RES-004; semantic conventions registry"
        ) { deployment in
            guard !deployment.evidence.attributes.isEmpty else {
                return [.inconclusive(nil, "no attribute has arrived since \(deployment.since)")]
            }
            let found = deployment.evidence.attributes.sorted {
                ($0.key.key, $0.key.level.rawValue) < ($1.key.key, $1.key.level.rawValue)
            }
            let wrong: [Observation] = found.compactMap { use, count in
                SemanticConventions.problem(use, kind: count.kind).map {
                    .fail(
                        "\(use.level.rawValue) attribute \(Quote.short(use.key))",
                        "\($0) (\(Quote.short(count.service)))")
                }
            }
            return wrong.isEmpty ? [.pass(nil, "\(found.count) attributes")] : wrong
        },
    ]
}

extension Rule {
    static let fleetRules: [Rule] = [
        Rule(
            id: "TG-FLT-01", level: .block, title: "Every function of the manifest is seen",
            reason: "A function that sends nothing passes every check of what it sends.",
            remedy: "Call it, or let --probe do so; then look at its exporter (TG-CFG-08).", phase: .evidence,
            source: "platform decision; weaver live-check passes when nothing arrives"
        ) { deployment in
            deployment.eachFunction { function in
                let place = function.declaration.place
                if let seen = function.seen {
                    return .pass(function.name, "last at \(Timestamp.text(unixNano: seen.lastUnixNano))", at: place)
                }
                let nothing = nothing(of: function, deployment)
                let probes = deployment.probe?.requests(to: function.name).filter(\.wasAnswered) ?? []
                if let probe = probes.first {
                    return .fail(
                        function.name, "it answered the gate's request \(probe.requestID), and \(nothing)", at: place)
                }
                for caller in deployment.functions {
                    let calls =
                        caller.seen?.calls.filter { function.declaration.isCalled($0.key) }.map(\.value.made) ?? []
                    guard let made = calls.first else { continue }
                    return .fail(
                        function.name,
                        "\(caller.name) called it \(Quote.count(made, "time")), and \(nothing)",
                        at: place)
                }
                return .inconclusive(function.name, "\(nothing) since \(deployment.since)", at: place)
            }
        },
        Rule(
            id: "TG-FLT-02", level: .warn, title: "Only functions of the manifest send telemetry",
            reason: "What nobody declares nobody removes: it costs money and has permissions.",
            remedy: "Delete the function, or declare it; a name can be given with names: in functions.yaml.",
            phase: .evidence, source: "own"
        ) { deployment in
            let strangers = deployment.strangers.filter { $0.hasTelemetry && !$0.isNameless }
            guard !strangers.isEmpty else {
                return deployment.evidence.isEmpty
                    ? [.inconclusive(nil, "nothing has arrived since \(deployment.since)")]
                    : [.pass(nil, "no other service")]
            }
            return strangers.map {
                .fail(
                    $0.name,
                    "\(Quote.count($0.spanCount, "span")) and \(Quote.count($0.logCount, "line")), and no such function"
                )
            }
        },
        Rule(
            id: "TG-REG-01", level: .warn, title: "Nothing that was sent before has disappeared",
            reason: "Dashboards, alarms and people rely on names; a span that is gone breaks them in silence.",
            remedy: "Bring it back, or accept the new contract with --write-baseline.", phase: .evidence,
            source: "own: a contract of telemetry"
        ) { deployment in
            deployment.eachSeenFunction { function, seen in
                let place = function.declaration.place
                guard seen.entryCount > 0 else {
                    return .inconclusive(function.name, "no invocation since \(deployment.since)", at: place)
                }
                let contract = deployment.configuration.baseline.contracts[function.name] ?? Contract(function.history)
                guard !contract.isEmpty else {
                    return .inconclusive(function.name, "nothing earlier to compare it with", at: place)
                }
                let gone = contract.missing(in: seen)
                guard !gone.isEmpty else { return .pass(function.name, "\(contract.count) names still there") }
                return .fail(function.name, "gone: \(Quote.list(gone))", at: place)
            }
        },
        Rule(
            id: "TG-OVH-01", level: .warn, title: "Telemetry itself costs little time",
            reason: "Telemetry that slows functions down is the first thing to be switched off.",
            remedy: "Batch, flush once with a deadline, or send to an agent beside the function.", phase: .evidence,
            source: "aws-otel-lambda#228"
        ) { deployment in
            deployment.eachSeenFunction { overhead(of: $0, $1, deployment.thresholds) }
        },
        Rule(
            id: "TG-GATE-01", level: .block, title: "There is enough evidence",
            reason: "A gate that concludes from nothing is worse than none.",
            remedy: "Send traffic or give --probe; widen the window with --since; see that clocks agree.",
            phase: .evidence, source: "Argo Rollouts, inconclusive"
        ) { deployment in
            let ahead = deployment.evidence.clockAheadSeconds
            if ahead > deployment.thresholds.clockSkewSecondsMax {
                return [
                    .inconclusive(
                        nil,
                        "telemetry is \(Text.seconds(ahead)) ahead of this clock: what came before the deployment cannot be told apart"
                    )
                ]
            }
            if let behind = deployment.probe?.clockBehindSeconds, behind > deployment.thresholds.clockSkewSecondsMax {
                return [
                    .inconclusive(
                        nil, "telemetry is \(Text.seconds(behind)) behind this clock, as the gate's own request shows")
                ]
            }
            return enoughInvocations(deployment) + unreadParts(of: deployment.manifest)
                + (deployment.probe?.unproven { deployment.function(called: $0)?.declaration.place } ?? [])
        },
    ]

    /// What has not arrived: the function's telemetry, or that of the version which is being deployed.
    private static func nothing(of function: DeployedFunction, _ deployment: Deployment) -> String {
        guard let version = deployment.evidence.version, !function.history.versions.isEmpty else {
            return "nothing of it has arrived"
        }
        return
            "nothing of version \(Quote.short(version)) has arrived, only of \(Quote.list(function.history.versions.names))"
    }

    private static func enoughInvocations(_ deployment: Deployment) -> [Observation] {
        guard !deployment.functions.isEmpty else {
            return [.inconclusive(nil, "the manifest declares no function")]
        }
        return deployment.eachFunction { function in
            let count = function.seen?.entryCount ?? 0
            let needed = deployment.thresholds.invocationsMin
            let saw = "\(Quote.count(count, "invocation")) since \(deployment.since)"
            guard count >= needed else {
                return .inconclusive(function.name, "\(saw); needs \(needed)", at: function.declaration.place)
            }
            return .pass(function.name, saw)
        }
    }

    /// Parts of the manifest in which functions may stand that nobody has judged.
    private static func unreadParts(of manifest: Manifest) -> [Observation] {
        manifest.notes.filter { $0.gap != nil }.map { note in
            .inconclusive(
                note.subject, note.message, at: note.place,
                remedy: note.gap == .otherFile
                    ? "Give that file with another --manifest, or list its functions in a functions.yaml; waive it when it has none."
                    : "Mend it, or list its functions in a functions.yaml and waive it.")
        }
    }
}

extension Rule {
    static let configurationRules: [Rule] = [
        Rule(
            id: "TG-CFG-01", level: .block, title: "Memory is declared",
            reason:
                "A platform's default was chosen by nobody: it is too little for one function and money lost for another.",
            remedy: "Declare MemorySize (memorySize, memory) for the function or for all of them.",
            phase: .manifest, source: "platform decision; cfn-lint-serverless ES1005"
        ) { deployment in
            deployment.eachFunction { function in
                let declaration = function.declaration
                switch declaration.memoryMegabytes {
                case .unresolved(let reason, let place): return .inconclusive(function.name, reason, at: place)
                case .absent:
                    guard deployment.manifest.format != .azureFunctions else {
                        return .inconclusive(
                            function.name, "host.json says nothing about memory", at: declaration.place,
                            remedy: "Declare it in a functions.yaml beside it.")
                    }
                    return .fail(function.name, "no memory is declared", at: declaration.place)
                case .value(let megabytes, let place):
                    if let allowed = ProviderFacts.of(declaration.provider).memoryMegabytes,
                        !allowed.contains(megabytes)
                    {
                        return .fail(
                            function.name,
                            "got \(megabytes) MB; must be from \(allowed.lowerBound) to \(allowed.upperBound)",
                            at: place)
                    }
                    return .pass(function.name, "\(megabytes) MB", at: place)
                }
            }
        },
        Rule(
            id: "TG-CFG-02", level: .block, title: "The timeout is declared and strict",
            reason:
                "A function that hangs is paid for until its timeout; behind a gateway nobody hears what comes after 29 s.",
            remedy: "Declare Timeout (timeout) for the function or for all of them, and move long work behind a queue.",
            phase: .manifest, source: "platform decision; cfn-lint-serverless ES1006; cfn-lint E3717"
        ) { deployment in
            deployment.eachFunction { function in
                let declaration = function.declaration
                let facts = ProviderFacts.of(declaration.provider)
                switch declaration.timeoutSeconds {
                case .unresolved(let reason, let place): return .inconclusive(function.name, reason, at: place)
                case .absent: return .fail(function.name, "no timeout is declared", at: declaration.place)
                case .value(let seconds, let place):
                    guard seconds > 0 else { return .fail(function.name, "it has no limit", at: place) }
                    let ceiling = deployment.thresholds.timeoutSecondsMax ?? facts.timeoutSecondsMax ?? .infinity
                    if seconds > ceiling {
                        return .fail(
                            function.name, "got \(Text.seconds(seconds)); must be at most \(Text.seconds(ceiling))",
                            at: place)
                    }
                    if declaration.isBehindGateway, let bound = facts.gatewayTimeoutSeconds, seconds > bound {
                        return .fail(
                            function.name,
                            "got \(Text.seconds(seconds)); the gateway gives up after \(Text.seconds(bound))",
                            at: place)
                    }
                    return .pass(function.name, Text.seconds(seconds), at: place)
                }
            }
        },
        Rule(
            id: "TG-CFG-03", level: .warn, title: "The timeout fits what was measured",
            reason:
                "Too near the slowest answers it cuts them off; too far above them it lets a hanging call burn money.",
            remedy: "Set it between 2 and 20 times the 99th percentile of the duration.",
            phase: .both, source: "own"
        ) { deployment in
            deployment.eachSeenFunction { function, seen in
                guard let seconds = function.declaration.timeoutSeconds.value,
                    let place = function.declaration.timeoutSeconds.place
                else { return .inconclusive(function.name, "its timeout is not known", at: function.declaration.place) }
                let thresholds = deployment.thresholds
                guard seen.entryDurations.count >= thresholds.percentileInvocationsMin,
                    let p99 = seen.entryDurations.quantile(0.99)
                else {
                    return .inconclusive(
                        function.name,
                        "\(Quote.count(seen.entryDurations.count, "invocation")); a 99th percentile needs \(thresholds.percentileInvocationsMin)",
                        at: place)
                }
                let ratio = seconds * 1e9 / max(p99, 1)
                let saw = "timeout \(Text.seconds(seconds)), 99th percentile \(Text.duration(p99))"
                if ratio < thresholds.timeoutToP99Min { return .fail(function.name, "\(saw): too near", at: place) }
                if ratio > thresholds.timeoutToP99Max, seconds > thresholds.timeoutSecondsAlwaysFine {
                    return .fail(function.name, "\(saw): \(Int(ratio)) times as long", at: place)
                }
                return .pass(function.name, saw, at: place)
            }
        },
        Rule(
            id: "TG-CFG-04", level: .warn, title: "Memory fits what was used",
            reason: "Under 40 % is money for nothing, above 90 % the next larger request is killed.",
            remedy: "Set the memory so that the peak is between 40 and 90 % of it.", phase: .evidence,
            source: "own; the platform's maxMemoryUsedMB"
        ) { deployment in
            deployment.eachSeenFunction { function, seen in
                let place = function.declaration.memoryMegabytes.place ?? function.declaration.place
                let limit =
                    function.declaration.memoryMegabytes.value.map { Double($0) * 1_048_576 } ?? seen.memoryLimitBytes
                guard let peak = seen.peakMemoryBytes, let limit, limit > 0 else {
                    return .inconclusive(
                        function.name, "no peak of memory has arrived", at: place,
                        remedy: "Send faas.mem_usage, or the platform's own reports through the agent.")
                }
                let percent = peak / limit * 100
                let saw = "peak \(Text.megabytes(peak)) of \(Text.megabytes(limit)) (\(Int(percent)) %)"
                let thresholds = deployment.thresholds
                // The smallest size that can be bought is never too large.
                let isSmallest =
                    ProviderFacts.of(function.declaration.provider).memoryMegabytes
                    .map { limit <= Double($0.lowerBound) * 1_048_576 } ?? false
                let isFine =
                    percent <= thresholds.memoryPercentMax && (percent >= thresholds.memoryPercentMin || isSmallest)
                return isFine ? .pass(function.name, saw, at: place) : .fail(function.name, saw, at: place)
            }
        },
        Rule(
            id: "TG-CFG-05", level: .block, title: "User-facing endpoints are kept warm",
            reason: "People wait through every cold start.",
            remedy:
                "Declare provisioned concurrency, or waive it until a date with the cold start's measured 99th percentile.",
            phase: .manifest, source: "platform decision"
        ) { deployment in
            deployment.eachFunction { function in
                let declaration = function.declaration
                guard declaration.isUserFacing, let trigger = declaration.triggers.first(where: \.isSynchronous) else {
                    return .pass(function.name, "nobody waits for it")
                }
                let cold = function.seen?.coldStartDurations.quantile(0.99).map {
                    "; cold starts take \(Text.duration($0))"
                }
                switch declaration.provisionedConcurrency {
                case .value(let count, let place) where count > 0:
                    return .pass(function.name, "\(Quote.count(count, "instance"))", at: place)
                case .unresolved(let reason, let place): return .inconclusive(function.name, reason, at: place)
                default:
                    return .fail(
                        function.name,
                        "people wait for it (\(Quote.short(trigger.detail))) and nothing keeps it warm\(cold ?? "")",
                        at: declaration.provisionedConcurrency.place ?? trigger.place)
                }
            }
        },
        Rule(
            id: "TG-CFG-06", level: .warn, title: "Concurrency is bounded",
            reason: "One function that runs wild takes the account's instances and money from all the others.",
            remedy: "Declare ReservedConcurrentExecutions (reservedConcurrency, maxScale) above 0.",
            phase: .manifest, source: "checkov CKV_AWS_115, without its hole at 0"
        ) { deployment in
            deployment.eachFunction { function in
                switch function.declaration.reservedConcurrency {
                case .unresolved(let reason, let place): return .inconclusive(function.name, reason, at: place)
                case .absent: return .fail(function.name, "no bound is declared", at: function.declaration.place)
                case .value(let count, let place):
                    return count > 0
                        ? .pass(function.name, Quote.count(count, "instance"), at: place)
                        : .fail(function.name, "got \(count): it never runs", at: place)
                }
            }
        },
        Rule(
            id: "TG-CFG-07", level: .warn, title: "Events that cannot be handled go somewhere",
            reason: "Otherwise they are tried again for a while and then gone, and nobody knows.",
            remedy: "Declare a dead-letter queue, an on-failure destination, or the queue's redrive policy.",
            phase: .manifest, source: "cfn-lint-serverless ES1001, ES1007, ES6000, ES7000"
        ) { deployment in
            deployment.eachFunction { function in
                let declaration = function.declaration
                guard declaration.hasAsynchronousTrigger else { return .pass(function.name, "no asynchronous trigger") }
                if let target = declaration.failureDestination.value {
                    return .pass(function.name, Quote.short(target), at: declaration.failureDestination.place)
                }
                let open = declaration.triggers.first { !$0.isSynchronous && !$0.hasFailureDestination }
                guard let open else { return .pass(function.name, "its triggers have one") }
                return .fail(
                    function.name, "the \(open.kind.rawValue) \(Quote.short(open.detail)) has no way out for failures",
                    at: open.place)
            }
        },
        Rule(
            id: "TG-CFG-08", level: .block, title: "Telemetry is configured, and what it sends arrives",
            reason: "An exporter without an address drops everything in silence.",
            remedy: "Set OTEL_EXPORTER_OTLP_ENDPOINT, or add the collector's layer; let the function reach it.",
            phase: .both, source: "platform decision"
        ) { deployment in
            deployment.eachFunction { exporter(of: $0, in: deployment) }
        },
    ]

    private static func exporter(of function: DeployedFunction, in deployment: Deployment) -> Observation {
        let declaration = function.declaration
        if let disabled = declaration.environment["OTEL_SDK_DISABLED"], disabled.value?.lowercased() == "true" {
            return .fail(function.name, "OTEL_SDK_DISABLED switches it off", at: disabled.place)
        }
        let keys = [
            "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OPENTELEMETRY_COLLECTOR_CONFIG_URI",
            "OPENTELEMETRY_COLLECTOR_CONFIG_FILE", "AWS_LAMBDA_EXEC_WRAPPER",
        ]
        let variable = keys.lazy.compactMap { declaration.environment[$0] }.first { !$0.isAbsent }
        let layer = declaration.layers.first { layer in
            let text = (layer.value ?? "").lowercased()
            return ["otel", "opentelemetry", "telemetry", "collector"].contains { text.contains($0) }
        }
        guard let place = variable?.place ?? layer?.place else {
            return .fail(function.name, "no exporter is configured", at: declaration.place)
        }
        guard let seen = function.seen else {
            return .inconclusive(function.name, "it is configured, and nothing has arrived", at: place)
        }
        let bound = deployment.thresholds.exportMillisecondsMax
        if let slowest = seen.exportDurations.quantile(0.95), slowest > bound * 1e6 {
            return .fail(
                function.name, "exports take \(Text.duration(slowest)); must be at most \(Text.duration(bound * 1e6))",
                at: place, remedy: "Move the collector nearer, or send to an agent beside the function.")
        }
        return .pass(function.name, "configured, and it arrives", at: place)
    }
}

extension Rule {
    static let configurationRules: [Rule] = [
        Rule(
            id: "TG-CFG-01", level: .block, title: "Memory is declared",
            reason:
                "A platform's default was chosen by nobody: it is too little for one function and money lost for another.",
            remedy: "Declare MemorySize (memorySize, memory) for the function or for all of them.",
            phase: .manifest, source: "platform decision; cfn-lint-serverless ES1005"
        ) { deployment in
            deployment.eachDeclaration(\.memoryMegabytes) { function in
                silence(about: "memory", function)
                    ?? .fail(function.name, "no memory is declared", at: function.declaration.place)
            } judge: { function, megabytes, place in
                if let allowed = ProviderFacts.of(function.declaration.provider).memoryMegabytes,
                    !allowed.contains(megabytes)
                {
                    return .fail(
                        function.name,
                        "got \(megabytes) MB; must be from \(allowed.lowerBound) to \(allowed.upperBound)",
                        at: place)
                }
                return .pass(function.name, "\(megabytes) MB", at: place)
            }
        },
        Rule(
            id: "TG-CFG-02", level: .block, title: "The timeout is declared and strict",
            reason:
                "A function that hangs is paid for until its timeout; behind a gateway nobody hears what comes after 29 s.",
            remedy: "Declare Timeout (timeout) for the function or for all of them, and move long work behind a queue.",
            phase: .manifest, source: "platform decision; cfn-lint-serverless ES1006; cfn-lint E3717"
        ) { deployment in
            deployment.eachDeclaration(\.timeoutSeconds) { function in
                .fail(function.name, "no timeout is declared", at: function.declaration.place)
            } judge: { function, seconds, place in
                guard seconds > 0 else {
                    // Azure writes -1, others 0, for a function that may run for ever.
                    let saw =
                        [0, -1].contains(seconds) ? "it has no limit" : "got \(Text.seconds(seconds)); must be above 0"
                    return .fail(function.name, saw, at: place)
                }
                let facts = ProviderFacts.of(function.declaration.provider)
                let ceiling = deployment.thresholds.timeoutSecondsMax ?? facts.timeoutSecondsMax ?? .infinity
                if seconds > ceiling {
                    return .fail(
                        function.name, "got \(Text.seconds(seconds)); must be at most \(Text.seconds(ceiling))",
                        at: place)
                }
                if function.declaration.isBehindGateway, let bound = facts.gatewayTimeoutSeconds, seconds > bound {
                    return .fail(
                        function.name,
                        "got \(Text.seconds(seconds)); the gateway gives up after \(Text.seconds(bound))",
                        at: place)
                }
                return .pass(function.name, Text.seconds(seconds), at: place)
            }
        },
        Rule(
            id: "TG-CFG-03", level: .warn, title: "Timeouts fit what was measured, and each other",
            reason:
                "Too near the slowest answers a timeout cuts them off; too far above it lets a hanging call burn money; and a client that waits longer than its function never reports.",
            remedy:
                "Set it between 2 and 20 times the 99th percentile of the duration, and every client's below the function's.",
            phase: .both, source: "own"
        ) { deployment in
            deployment.eachSeenFunction { timeouts(of: $0, $1, deployment) }
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
            deployment.eachDeclaration(\.reservedConcurrency) { function in
                silence(about: "concurrency", function)
                    ?? .fail(function.name, "no bound is declared", at: function.declaration.place)
            } judge: { function, count, place in
                count > 0
                    ? .pass(function.name, Quote.count(count, "instance"), at: place)
                    : .fail(function.name, "got \(count): it never runs", at: place)
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
            reason:
                "An exporter without an address drops everything in silence; one that answers slowly keeps people waiting.",
            remedy: "Set OTEL_EXPORTER_OTLP_ENDPOINT, or add the collector's layer; let the function reach it.",
            phase: .both, source: "platform decision"
        ) { deployment in
            deployment.functions.flatMap { exporter(of: $0, in: deployment) }
        },
    ]
    /// What its manifest has no place for is not known; `nil` where it was left out.
    private static func silence(about setting: String, _ function: DeployedFunction) -> Observation? {
        function.declaration.silentManifest.map { manifest in
            .inconclusive(
                function.name, "\(manifest) says nothing about \(setting)", at: function.declaration.place,
                remedy: "Declare it in a functions.yaml beside it.")
        }
    }
}

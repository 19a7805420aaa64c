extension Rule {
    static let costRules: [Rule] = [
        Rule(
            id: "TG-CST-01", level: .block, title: "The cost at scale fits the budget",
            reason: "A feature that cannot be paid for at the traffic it is made for should be known before it ships.",
            remedy: "Make the function faster or smaller, lower the traffic it is planned for, or raise the budget.",
            phase: .both, source: "platform decision"
        ) { deployment in
            guard deployment.manifest.provider != .local else { return [.pass(nil, "nothing is paid by use")] }
            let projection = Cost.projection(of: deployment)
            if let problem = projection.problem { return [problem] }
            let budgets = deployment.manifest.budgets.filter(\.isMonthly)
            let declared = budgets.compactMap(\.monthlyAmount.value).max()
            guard let budget = deployment.configuration.monthlyBudget ?? declared, budget > 0 else {
                return [
                    .inconclusive(nil, "\(Text.dollars(projection.monthly)) a month, and no budget to compare it with")
                ]
            }
            let percent = projection.monthly / budget * 100
            let saw =
                "\(Text.dollars(projection.monthly)) a month at \(Cost.millions(projection.requests)) requests: \(Text.number(percent)) % of \(Text.dollars(budget)) (prices of \(projection.priceDate))"
            let place = budgets.first?.monthlyAmount.place ?? budgets.first?.place
            if percent > 100 { return [.fail(nil, saw, at: place)] }
            if percent > 75 { return [.fail(nil, saw, at: place, level: .warn)] }
            return [.pass(nil, saw, at: place)]
        },
        Rule(
            id: "TG-CST-02", level: .warn, title: "A million requests cost no more than before",
            reason: "A rise of a fifth from one deployment to the next is a bug more often than a feature.",
            remedy: "Compare the slowest traces of both versions: traceview ID --diff, or the latency panel.",
            phase: .evidence, source: "own"
        ) { deployment in
            deployment.eachSeenFunction { function, seen in
                let place = function.declaration.place
                guard let prices = ProviderFacts.of(function.declaration.provider).prices else {
                    return .pass(function.name, "nothing is paid by use")
                }
                guard let megabytes = function.declaration.memoryMegabytes.value,
                    let seconds = seen.entryDurations.meanSeconds
                else { return .inconclusive(function.name, "its memory or duration is not known", at: place) }
                let now = prices.invocation(function.declaration, megabytes: megabytes, seconds: seconds) * 1e6
                let before =
                    deployment.configuration.baseline.contracts[function.name]?.costPerMillion
                    ?? function.history.entryDurations.meanSeconds.map {
                        prices.invocation(function.declaration, megabytes: megabytes, seconds: $0) * 1e6
                    }
                guard let before, before > 0 else {
                    return .inconclusive(
                        function.name, "\(Text.dollars(now)) a million; nothing earlier to compare it with", at: place)
                }
                let rise = (now / before - 1) * 100
                let saw = "\(Text.dollars(now)) a million, \(Text.dollars(before)) before"
                guard rise > deployment.thresholds.costRisePercentMax else { return .pass(function.name, saw) }
                return .fail(function.name, "\(saw): \(Int(rise)) % more", at: place)
            }
        },
    ]
}

/// What a deployment costs at the traffic it is made for.
enum Cost {
    /// A month of 730 hours, as providers count.
    static let secondsPerMonth = 730.0 * 3600

    struct Projection {
        var monthly = 0.0
        var requests = 0.0
        var priceDate = ""
        /// Why there is none.
        var problem: Observation?
    }

    static func projection(of deployment: Deployment) -> Projection {
        var projection = Projection()
        for function in deployment.functions {
            let declaration = function.declaration
            let facts = ProviderFacts.of(declaration.provider)
            guard let prices = facts.prices else { continue }
            guard let traffic = deployment.configuration.monthlyRequests(to: function.name) else {
                projection.problem = .inconclusive(
                    function.name, "the traffic it is made for is not declared", at: declaration.place,
                    remedy:
                        "Say it in gate.yaml: traffic: {default: 1 million, \(Quote.short(function.name)): 2 million} (requests a month)."
                )
                return projection
            }
            guard let megabytes = declaration.memoryMegabytes.value else {
                projection.problem = .inconclusive(function.name, "its memory is not known", at: declaration.place)
                return projection
            }
            guard let seconds = function.seen?.entryDurations.meanSeconds ?? function.history.entryDurations.meanSeconds
            else {
                projection.problem = .inconclusive(
                    function.name, "how long it takes is not known: no invocation was seen", at: declaration.place)
                return projection
            }
            projection.priceDate = facts.date
            projection.requests += traffic
            projection.monthly += traffic * prices.invocation(declaration, megabytes: megabytes, seconds: seconds)
            projection.monthly += prices.warmth(declaration, megabytes: megabytes)
        }
        return projection
    }

    static func millions(_ count: Double) -> String {
        count >= 1e5 ? "\(Text.number(count / 1e6)) million" : Text.number(count)
    }
}

/// TG-CFG-03: the function's own timeout against what it takes, and its clients' timeouts against its own.
extension Rule {
    static func timeouts(of function: DeployedFunction, _ seen: ServiceEvidence, _ deployment: Deployment)
        -> [Observation]
    {
        guard let seconds = function.declaration.timeoutSeconds.value,
            let place = function.declaration.timeoutSeconds.place
        else { return [.inconclusive(function.name, "its timeout is not known", at: function.declaration.place)] }
        let own = ownTimeout(seconds, at: place, of: function, seen, deployment.thresholds)
        return [own] + (clientTimeouts(within: seconds, of: function, seen).map { [$0] } ?? [])
    }

    private static func ownTimeout(
        _ seconds: Double, at place: Place, of function: DeployedFunction, _ seen: ServiceEvidence,
        _ thresholds: Thresholds
    ) -> Observation {
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

    /// A client that waits longer than its function may run never gets to say that it has waited in vain.
    private static func clientTimeouts(
        within seconds: Double, of function: DeployedFunction, _ seen: ServiceEvidence
    ) -> Observation? {
        let declared = function.declaration.declaredClientTimeouts
        for client in declared {
            guard let wait = client.seconds.value, wait >= seconds else { continue }
            return .fail(
                function.name,
                "it waits \(Text.seconds(wait)) for \(Quote.short(client.name)); must be less than its timeout of \(Text.seconds(seconds))",
                at: client.seconds.place, remedy: "Let every client give up before the function is ended.")
        }
        if let unknown = declared.first(where: { $0.seconds.value == nil }), let place = unknown.seconds.place {
            return .inconclusive(
                function.name, "how long it waits for \(Quote.short(unknown.name)) is not known", at: place)
        }
        let known = declared.map { "\(Quote.short($0.name)) \(Text.seconds($0.seconds.value ?? 0))" }
        let seenOnes = seen.timedOutCalls.sorted { $0.key < $1.key }.compactMap { callee, durations in
            durations.quantile(1).map { "\(Quote.short(callee)) \(Text.duration($0)), as seen" }
        }
        if !known.isEmpty || !seenOnes.isEmpty {
            return .pass(
                function.name, "it waits at most: \(Quote.list(known + seenOnes))", at: declared.first?.seconds.place)
        }
        guard seen.clientCallCount > 0 else { return nil }
        return .inconclusive(
            function.name, "it makes calls, and how long it waits for them is neither declared nor seen",
            at: function.declaration.place,
            remedy:
                "Declare client-timeouts in a functions.yaml, or a variable like TUTOR_TIMEOUT_MS; a call that times out shows it too."
        )
    }
}

extension FunctionDeclaration {
    struct ClientTimeout {
        /// Whom it waits for, or the variable that says so.
        var name: String
        var seconds: Declared<Double>
    }

    /// What `client-timeouts` says, and every variable of the environment whose name ends in a unit of time.
    var declaredClientTimeouts: [ClientTimeout] {
        let variables = environment.compactMap { name, value -> ClientTimeout? in
            guard let unit = FunctionDeclaration.unitSeconds(of: name) else { return nil }
            return ClientTimeout(
                name: name,
                seconds: value.map("a number") { Double($0).flatMap { $0 >= 0 ? $0 * unit : nil } })
        }
        let named = clientTimeouts.map { ClientTimeout(name: $0.key, seconds: $0.value) }
        return (named + variables).sorted { $0.name < $1.name }
    }

    /// Seconds in the unit that a timeout variable's name ends in; `nil` for other variables.
    private static func unitSeconds(of name: String) -> Double? {
        // Of OpenTelemetry's own, whose unit the specification says.
        if name.hasPrefix("OTEL_"), name.hasSuffix("_TIMEOUT") { return 0.001 }
        let endings = [
            ("_TIMEOUT_MS", 0.001), ("_TIMEOUT_MILLIS", 0.001), ("_TIMEOUT_MILLISECONDS", 0.001), ("_TIMEOUT_S", 1),
            ("_TIMEOUT_SECONDS", 1), ("_TIMEOUT_SECS", 1),
        ]
        return endings.first { name.uppercased().hasSuffix($0.0) }?.1
    }
}

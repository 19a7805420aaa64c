/// TG-CFG-08 and TG-OVH-01: whether telemetry gets out, and what that costs the function.
extension Rule {
    static func exporter(of function: DeployedFunction, in deployment: Deployment) -> [Observation] {
        let declaration = function.declaration
        if let disabled = declaration.environment["OTEL_SDK_DISABLED"], disabled.value?.lowercased() == "true" {
            return [.fail(function.name, "OTEL_SDK_DISABLED switches it off", at: disabled.place)]
        }
        let place = exporterPlace(declaration)
        let silence = declaration.silentManifest.map { "\($0) says nothing about the environment" }
        guard let saw = place == nil ? silence : "it is configured" else {
            return [.fail(function.name, "no exporter is configured", at: declaration.place)]
        }
        guard let seen = function.seen else {
            return [.inconclusive(function.name, "\(saw), and nothing has arrived", at: place ?? declaration.place)]
        }
        return [
            .pass(function.name, "\(saw), and it arrives", at: place ?? declaration.place),
            answer(to: function, seen, at: place ?? declaration.place, deployment),
        ]
    }

    /// Where the exporter is configured: by OpenTelemetry's own variables, or by a layer that brings one.
    private static func exporterPlace(_ declaration: FunctionDeclaration) -> Place? {
        let keys = [
            "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OPENTELEMETRY_COLLECTOR_CONFIG_URI",
            "OPENTELEMETRY_COLLECTOR_CONFIG_FILE", "AWS_LAMBDA_EXEC_WRAPPER",
        ]
        let variable = keys.lazy.compactMap { declaration.environment[$0] }.first { !$0.isAbsent }
        let layer = declaration.layers.first { layer in
            let text = (layer.value ?? "").lowercased()
            return ["otel", "opentelemetry", "telemetry", "collector"].contains { text.contains($0) }
        }
        return variable?.place ?? layer?.place
    }

    /// How soon the exporter's endpoint answers the function: as its SDK measures exports or traces them, else as soon as the
    /// gate's own requests were stored.
    private static func answer(
        to function: DeployedFunction, _ seen: ServiceEvidence, at place: Place, _ deployment: Deployment
    ) -> Observation {
        let bound = deployment.thresholds.exportMillisecondsMax * 1e6
        if seen.failedExportCount > 0 {
            return .fail(
                function.name,
                "exports fail: \(Quote.count(seen.failedExportCount, "series", "series")) with error.type",
                at: place, remedy: "See the function's own log for the exporter's errors.")
        }
        if let slowest = seen.exportDurations.quantile(0.95) {
            let saw = "an export takes \(Text.duration(slowest)) (95th percentile)"
            guard slowest > bound else { return .pass(function.name, saw, at: place) }
            return .fail(
                function.name, "\(saw); must be at most \(Text.duration(bound))", at: place,
                remedy: "Move the collector nearer, or send to an agent beside the function.")
        }
        let arrivals = (deployment.probe?.requests(to: function.name) ?? []).compactMap(\.arrivalMilliseconds)
        if let slowest = arrivals.max(), slowest * 1e6 <= bound {
            return .pass(
                function.name, "the gate's own requests were stored within \(Text.duration(slowest * 1e6))", at: place)
        }
        let remedy = "Let the SDK send otel.sdk.exporter.operation.duration or trace its exports"
        if let slowest = arrivals.max() {
            return .inconclusive(
                function.name,
                "the gate's own requests were stored within \(Text.duration(slowest * 1e6)); how much of it an export takes is not said",
                at: place, remedy: remedy + ".", level: .warn)
        }
        return .inconclusive(
            function.name, "it arrives; how long an export takes is not said", at: place,
            remedy: remedy + (deployment.probe == nil ? ", or run the gate with --probe." : "."), level: .warn)
    }

    /// What telemetry adds to an invocation and to a cold start, as far as any SDK shows it.
    ///
    /// Nobody measures both with and without telemetry. What can be known is a bound: an export that the function waits for, what
    /// lies outside its span, a whole cold start. A bound within the limit proves it; one beyond proves nothing.
    static func overhead(of function: DeployedFunction, _ seen: ServiceEvidence, _ thresholds: Thresholds)
        -> [Observation]
    {
        var observations = [warmOverhead(of: function, seen, thresholds.overheadMillisecondsMax * 1e6)]
        if let cold = seen.initDurations.quantile(0.99) {
            let bound = thresholds.coldStartOverheadMillisecondsMax * 1e6
            observations.append(
                cold <= bound
                    ? .pass(function.name, "a whole cold start takes \(Text.duration(cold))")
                    : .inconclusive(
                        function.name,
                        "a cold start takes \(Text.duration(cold)) in all; how much of it is telemetry's is not known",
                        at: function.declaration.place,
                        remedy: "Compare it once with OTEL_SDK_DISABLED=true; waive it with what was measured."))
        }
        return observations
    }

    private static func warmOverhead(
        of function: DeployedFunction, _ seen: ServiceEvidence, _ bound: Double
    ) -> Observation {
        let outside = seen.outsideDurations.quantile(0.99)
        // A function is frozen when it has answered: it has to wait for its export. A process that lives on has not.
        let export = function.declaration.provider == .local ? nil : seen.exportDurations.quantile(0.99)
        let known = [
            outside.map { ("outside its span an invocation takes", $0) }, export.map { ("an export takes", $0) },
        ].compactMap { $0 }
        guard let (what, least) = known.min(by: { $0.1 < $1.1 }) else {
            return .inconclusive(
                function.name, "nothing shows what telemetry costs an invocation", at: function.declaration.place,
                remedy:
                    "Send the platform's own reports through the agent, or let the SDK send otel.sdk.exporter.operation.duration."
            )
        }
        if least <= bound { return .pass(function.name, "\(what) \(Text.duration(least))") }
        if let export, outside == nil || outside.map({ $0 > bound }) == true {
            return .fail(
                function.name,
                "an export takes \(Text.duration(export)), and the function waits for it; must be at most \(Text.duration(bound))",
                at: function.declaration.place)
        }
        return .inconclusive(
            function.name, "\(what) \(Text.duration(least)); how much of it is telemetry's is not known",
            at: function.declaration.place)
    }
}

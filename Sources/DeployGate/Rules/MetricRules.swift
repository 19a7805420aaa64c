extension Rule {
    static let metricRules: [Rule] = [
        Rule(
            id: "TG-MET-01", level: .block, title: "Invocations, errors and duration are measured for every function",
            reason: "Rate, errors and duration are what alarms and dashboards stand on.",
            remedy: "Record faas.invocations, faas.errors and faas.invoke_duration (or http.server.request.duration).",
            phase: .evidence, source: "platform decision; semantic conventions, faas metrics"
        ) { deployment in
            deployment.eachSeenFunction { function, seen in
                let names = seen.metricNames
                // One histogram that carries count, error type and duration is as good as three metrics.
                if names.contains("http.server.request.duration") || names.contains("messaging.process.duration") {
                    return .pass(function.name, "server request duration")
                }
                var missing: [String] = []
                if !names.contains("faas.invocations") { missing.append("faas.invocations") }
                if !names.contains("faas.invoke_duration") { missing.append("faas.invoke_duration") }
                // A counter that nothing was added to is not sent.
                if !names.contains("faas.errors"), seen.entryErrorCount > 0 { missing.append("faas.errors") }
                guard missing.isEmpty else {
                    return .fail(function.name, "\(Quote.list(missing)) missing", at: function.declaration.place)
                }
                return .pass(function.name, "faas metrics")
            }
        },
        Rule(
            id: "TG-MET-02", level: .warn, title: "Units are UCUM and not part of the name",
            reason: "A unit in the name changes the name when the unit changes; an unknown one cannot be converted.",
            remedy: "Give the instrument a unit such as s, By, 1 or {request}, and take it out of the name.",
            phase: .evidence, source: "instrumentation score MET-002, MET-005; UCUM"
        ) { deployment in
            deployment.eachMetric { metric in
                for unit in metric.units.sorted() {
                    if unit.isEmpty { return .fail(metric.name, "it has no unit") }
                    if !UnitOfMeasure.isValid(unit) {
                        return .fail(metric.name, "its unit \"\(Quote.short(unit))\" is not UCUM")
                    }
                    if let word = UnitOfMeasure.repeatedWord(in: metric.name, unit: unit) {
                        return .fail(metric.name, "its name repeats the unit: \(word)")
                    }
                }
                return .pass(metric.name, metric.units.sorted().joined(separator: ", "))
            }
        },
        Rule(
            id: "TG-MET-03", level: .warn, title: "A metric keeps its unit and its buckets",
            reason: "Sums and quantiles over mixed units or buckets are wrong, and nobody sees it.",
            remedy: "Use one unit and one set of bounds for a name; give a changed metric a new name.",
            phase: .evidence, source: "instrumentation score MET-003, MET-004"
        ) { deployment in
            deployment.eachMetric { metric in
                let units = metric.units.union(metric.historicUnits)
                if units.count > 1 {
                    return .fail(metric.name, "units \(Quote.list(units.sorted().map { "\"\($0)\"" }))")
                }
                let buckets = metric.buckets.union(metric.historicBuckets)
                if buckets.count > 1 { return .fail(metric.name, "\(buckets.count) different sets of bucket bounds") }
                return .pass(metric.name, "one unit, one set of bounds")
            }
        },
        Rule(
            id: "TG-MET-04", level: .block, title: "Attributes of metrics have few values",
            reason: "Each value is a time series of its own: a request id as attribute makes millions.",
            remedy: "Take the attribute off the metric; put it on the span or the log line.",
            phase: .evidence, source: "instrumentation score MET-001"
        ) { deployment in
            deployment.eachMetric { metric in
                if let key = metric.cardinalities.keys.sorted().first(where: identifying.contains) {
                    return .fail(metric.name, "it is divided by \(key), which names a single request or person")
                }
                let most = metric.cardinalities.max { ($0.value, $1.key) < ($1.value, $0.key) }
                guard let most, most.value >= Thresholds.attributeValuesMax else {
                    return .pass(
                        metric.name, most.map { "\(Quote.short($0.key)): \($0.value) values" } ?? "no attributes")
                }
                return .fail(metric.name, "\(Quote.short(most.key)) has about \(most.value) values in an hour")
            }
        },
    ]

    /// Attributes that name one request, one invocation or one person.
    private static let identifying: Set<String> = [
        "request.id", "request_id", "http.request.id", "faas.invocation_id", "trace_id", "span_id", "user.id",
        "user_id",
        "enduser.id", "session.id", "client.address", "user.email",
    ]
}

extension Deployment {
    /// One observation for each metric; nothing is known when none arrived.
    fileprivate func eachMetric(_ observe: (MetricEvidence) -> Observation) -> [Observation] {
        guard !evidence.metrics.isEmpty else {
            return [.inconclusive(nil, "no metric has arrived since \(since)")]
        }
        return evidence.metrics.filter { !$0.services.isEmpty }.map(observe)
    }
}

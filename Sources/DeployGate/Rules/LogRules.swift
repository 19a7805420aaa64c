extension Rule {
    static let logRules: [Rule] = [
        Rule(
            id: "TG-LOG-01", level: .block, title: "Every log line is one JSON object",
            reason: "A line that is not structured cannot be searched by field, joined to a request or counted.",
            remedy: "Log through the Telemetry library or an OpenTelemetry SDK; set the platform's log format to JSON.",
            phase: .evidence, source: "platform decision; AWS Lambda LogFormat"
        ) { deployment in
            deployment.eachSeenFunction { function, seen in
                if seen.unstructuredCount > 0 {
                    let example = seen.unstructuredExample.map { ", such as \"\(Quote.short($0))\"" } ?? ""
                    return .fail(
                        function.name, "\(seen.unstructuredCount) of \(lines(seen)) are no JSON objects\(example)",
                        at: function.declaration.place)
                }
                if seen.platformLineCount > 0 {
                    return .fail(
                        function.name, "the platform writes its own lines as text, \(seen.platformLineCount) of them",
                        at: function.declaration.place,
                        remedy: "Set the platform's log format to JSON (LoggingConfig: {LogFormat: JSON}).",
                        level: .warn)
                }
                guard seen.judgedLogCount > 0 else { return noLines(function) }
                return .pass(function.name, lines(seen))
            }
        },
        Rule(
            id: "TG-LOG-02", level: .block, title: "Every log line has time, level, message, service and request id",
            reason: "These five answer when, how bad, what, where and for whom; a line without one is found by luck.",
            remedy: "Log through the Telemetry library, which sets all five; or set the fields in your own formatter.",
            phase: .evidence, source: "platform decision; instrumentation score LOG-002"
        ) { deployment in
            deployment.eachSeenFunction { function, seen in
                guard seen.judgedLogCount > 0 else { return noLines(function) }
                let missing = seen.logsWithout.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                guard !missing.isEmpty else { return .pass(function.name, lines(seen)) }
                let parts = missing.map { "\($0.key) in \($0.value)" }.joined(separator: ", ")
                return .fail(function.name, "of \(lines(seen)) are without: \(parts)", at: function.declaration.place)
            }
        },
        Rule(
            id: "TG-LOG-03", level: .block, title: "Lines of a request name a span that is stored",
            reason: "Only then does a trace show its logs, and a log line lead to its trace.",
            remedy: "Write inside `withSpan`, with a logger of the task; send spans and logs to the same collector.",
            phase: .evidence, source: "opentelemetry-specification#398"
        ) { deployment in
            deployment.eachSeenFunction { function, seen in
                if seen.unplacedLogCount > 0 {
                    return .fail(
                        function.name,
                        "\(Quote.count(seen.unplacedLogCount, "line")) of a request without trace and span id",
                        at: function.declaration.place)
                }
                if seen.strayLogCount > 0 {
                    return .fail(
                        function.name,
                        "\(seen.strayLogCount) of \(Quote.count(seen.placedLogCount, "line")) name a span that has not arrived",
                        at: function.declaration.place)
                }
                guard seen.placedLogCount > 0 else {
                    return .inconclusive(
                        function.name, "no line was written inside a request", at: function.declaration.place)
                }
                return .pass(function.name, "\(Quote.count(seen.placedLogCount, "line")) of requests")
            }
        },
        Rule(
            id: "TG-LOG-04", level: .warn, title: "Lines have a known level, and production writes no debug lines",
            reason: "A level that nobody knows cannot be filtered; debug lines cost money and tell too much.",
            remedy: "Use TRACE, DEBUG, INFO, WARN, ERROR or FATAL; set the log level of production to INFO.",
            phase: .evidence, source: "instrumentation score LOG-001, LOG-002"
        ) { deployment in
            deployment.eachSeenFunction { function, seen in
                guard seen.judgedLogCount > 0 else { return noLines(function) }
                var problems: [String] = []
                if let missing = seen.logsWithout["level"] {
                    problems.append("\(missing) of \(lines(seen)) have no level")
                }
                if !seen.unknownLevels.isEmpty {
                    problems.append("unknown levels: \(Quote.list(seen.unknownLevels.names))")
                }
                if seen.debugLogCount > 0, deployment.isProduction {
                    problems.append("\(Quote.count(seen.debugLogCount, "debug line")) in production")
                }
                guard !problems.isEmpty else { return .pass(function.name, lines(seen)) }
                return .fail(function.name, problems.joined(separator: "; "), at: function.declaration.place)
            }
        },
        Rule(
            id: "TG-LOG-05", level: .block, title: "No secrets in logs or attributes",
            reason: "Telemetry is read by more people and kept longer than any secret should be.",
            remedy: "Do not log the value; revoke it now: it has left the house.",
            phase: .evidence, source: "tracetest no-api-key-leak"
        ) { deployment in
            deployment.eachSeenFunction { function, seen in
                guard seen.judgedLogCount > 0 || seen.tracedSpanCount > 0 else { return noLines(function) }
                let found = seen.secrets.sorted {
                    ($1.value, $0.key.kind, $0.key.place) < ($0.value, $1.key.kind, $1.key.place)
                }
                guard !found.isEmpty else { return .pass(function.name, "none found") }
                let parts = found.map { "\($0.key.kind) in \($0.key.place) (\($0.value)×)" }
                return .fail(function.name, Quote.list(parts), at: function.declaration.place)
            }
        },
        Rule(
            id: "TG-LOG-06", level: .warn, title: "Log retention is set",
            reason: "Lines that are kept for ever are paid for for ever, and some may not be kept.",
            remedy: "Declare a log group with RetentionInDays, logRetentionInDays, or log-retention.",
            phase: .manifest, source: "cfn-lint-serverless WS1004"
        ) { deployment in
            deployment.eachDeclaration(\.logRetentionDays) { function in
                guard deployment.manifest.format.saysRetention else {
                    return .inconclusive(
                        function.name, "this kind of manifest says nothing about log retention",
                        at: function.declaration.place,
                        remedy: "Say it in a functions.yaml beside it (log-retention).")
                }
                return .fail(function.name, "no retention is declared", at: function.declaration.place)
            } judge: { function, days, place in
                .pass(function.name, Quote.count(days, "day"), at: place)
            }
        },
    ]

    private static func lines(_ seen: ServiceEvidence) -> String { Quote.count(seen.judgedLogCount, "line") }

    private static func noLines(_ function: DeployedFunction) -> Observation {
        .inconclusive(function.name, "no log line of it has arrived", at: function.declaration.place)
    }
}

extension ManifestFormat {
    /// Whether retention of logs can be declared in this kind of file.
    var saysRetention: Bool {
        switch self {
        case .sam, .cloudFormation, .serverless, .functions: true
        case .cloudRun, .cloudFunctions, .azureFunctions: false
        }
    }
}

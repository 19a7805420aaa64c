import OTLP

extension Rule {
    static let traceRules: [Rule] = [
        Rule(
            id: "TG-TRC-01", level: .block, title: "Every invocation has a SERVER or CONSUMER span",
            reason: "Without it the function is invisible in every trace that crosses it.",
            remedy: "Wrap the handler (Telemetry's handler adapters, or the SDK's function instrumentation).",
            phase: .evidence, source: "platform decision; semantic conventions, faas spans"
        ) { deployment in
            deployment.eachSeenFunction { function, seen in
                let place = function.declaration.place
                let uncovered = seen.invocations.countMissing(in: seen.invocationsWithEntry)
                if uncovered > 0 {
                    return .fail(function.name, "\(Quote.count(uncovered, "invocation")) without one", at: place)
                }
                if let miss = deployment.probe?.answeredWithoutEntry(in: function) {
                    return .fail(function.name, "the probe \(miss) was answered and has none", at: place)
                }
                if seen.entryCount == 0, seen.spanCount == 0, seen.placedLogCount + seen.unplacedLogCount == 0 {
                    return .inconclusive(function.name, "no invocation was seen", at: place)
                }
                guard seen.entryCount > 0 else {
                    return .fail(
                        function.name, "\(Quote.count(seen.spanCount, "span")), none of them SERVER or CONSUMER",
                        at: place)
                }
                return .pass(function.name, Quote.count(seen.entryCount, "invocation"))
            }
        },
        Rule(
            id: "TG-TRC-02", level: .block, title: "Propagation is unbroken",
            reason: "A span whose parent never arrived, or a request in two traces, is a story with a hole.",
            remedy: "Forward traceparent and baggage on every call; flush every function before it is frozen.",
            phase: .evidence, source: "instrumentation score SPA-002"
        ) { deployment in
            deployment.eachSeenFunction { function, seen in
                let place = function.declaration.place
                if let broken = deployment.probe?.broken(in: function) {
                    return .fail(function.name, broken, at: place)
                }
                guard seen.tracedSpanCount > 0 else {
                    return .inconclusive(function.name, "no span of it has arrived", at: place)
                }
                // Who calls a user-facing function may keep its own span to itself.
                let orphans = seen.orphanCount + (function.declaration.isUserFacing ? 0 : seen.entryOrphanCount)
                guard orphans > 0 else { return .pass(function.name, Quote.count(seen.tracedSpanCount, "span")) }
                let example = seen.orphanTrace.map { ", for example in trace \($0.hex)" } ?? ""
                return .fail(
                    function.name,
                    "\(orphans) of \(Quote.count(seen.tracedSpanCount, "span")) have lost their parent\(example)",
                    at: place)
            }
        },
        Rule(
            id: "TG-TRC-03", level: .block, title: "No trace begins with a CLIENT span",
            reason: "A call without anything around it: the context was lost, or the handler has no span.",
            remedy: "Start a SERVER or CONSUMER span in the handler, and call inside it.",
            phase: .evidence, source: "instrumentation score SPA-004"
        ) { deployment in
            deployment.eachSeenFunction { function, seen in
                guard seen.tracedSpanCount > 0 else {
                    return .inconclusive(function.name, "no span of it has arrived", at: function.declaration.place)
                }
                guard seen.clientRootCount > 0 else { return .pass(function.name, Quote.count(seen.rootCount, "root")) }
                return .fail(
                    function.name, "\(Quote.count(seen.clientRootCount, "trace")) begin with a CLIENT span",
                    at: function.declaration.place)
            }
        },
        Rule(
            id: "TG-TRC-04", level: .warn, title: "A call to a function shows on both sides",
            reason: "A call without the callee's span means that the callee is silent or has lost the context.",
            remedy: "Instrument the callee, and forward traceparent (or link the message) on the way.",
            phase: .evidence, source: "own; .NET Aspire, uninstrumented peers"
        ) { deployment in
            deployment.eachSeenFunction { function, seen in
                for (name, call) in seen.calls.sorted(by: { $0.key < $1.key }) {
                    guard let callee = deployment.function(called: name), call.answered < call.made else { continue }
                    return .fail(
                        function.name,
                        "\(call.made - call.answered) of \(Quote.count(call.made, "call")) to \(callee.name) have no span there",
                        at: callee.declaration.place)
                }
                let made = seen.calls.filter { deployment.function(called: $0.key) != nil }.map(\.value.made)
                return .pass(
                    function.name, made.isEmpty ? "calls no function by name" : Quote.count(made.reduce(0, +), "call"))
            }
        },
        Rule(
            id: "TG-TRC-05", level: .warn, title: "Traces are not cluttered",
            reason: "Ten inner spans tell where the time goes; a hundred hide it, and each is paid for.",
            remedy: "Record inner steps as attributes or events; give loops one span.",
            phase: .evidence, source: "instrumentation score SPA-001, SPA-005"
        ) { deployment in
            deployment.eachSeenFunction { function, seen in
                let place = function.declaration.place
                if seen.tracesWithManyInternalSpans > 0 {
                    return .fail(
                        function.name,
                        "up to \(seen.mostInternalSpans) INTERNAL spans in a trace; must be at most \(Thresholds.internalSpansMax)",
                        at: place)
                }
                if seen.tracesWithManyShortSpans > 0 {
                    return .fail(
                        function.name,
                        "up to \(seen.mostShortSpans) spans under 5 ms in a trace; must be at most \(Thresholds.shortSpansMax)",
                        at: place)
                }
                return .pass(function.name, "at most \(seen.mostInternalSpans) INTERNAL spans in a trace")
            }
        },
        Rule(
            id: "TG-TRC-06", level: .warn, title: "Span names are few and hold no ids",
            reason: "Names are what spans are grouped by; an id in a name makes a group of one.",
            remedy: "Name spans by route or operation (GET /lessons/{id}); put the id into an attribute.",
            phase: .evidence, source: "instrumentation score SPA-003, with the criterion it leaves open"
        ) { deployment in
            deployment.eachSeenFunction { function, seen in
                let place = function.declaration.place
                let names = seen.spanNames.names
                let bad = names.filter { NameShape.identifier(in: $0) != nil }
                if !bad.isEmpty {
                    return .fail(function.name, "ids in names: \(Quote.list(bad.map { "\"\($0)\"" }))", at: place)
                }
                let bound = deployment.thresholds.spanNamesMax
                let most = seen.mostSpanNamesInAnHour ?? names.count
                if most > bound {
                    return .fail(
                        function.name, "\(most) different names in an hour; must be at most \(bound)", at: place)
                }
                return .pass(function.name, Quote.count(names.count, "name"))
            }
        },
        Rule(
            id: "TG-TRC-07", level: .block, title: "The error path is proven",
            reason: "The first real failure is a bad moment to find out that failures are not recorded.",
            remedy:
                "Set the span's status, record the exception and log at ERROR inside the span; let --probe force a failure.",
            phase: .evidence, source: "own"
        ) { deployment in
            deployment.eachSeenFunction { function, seen in
                let place = function.declaration.place
                if seen.provenErrorCount > 0 {
                    return .pass(
                        function.name,
                        "\(Quote.count(seen.provenErrorCount, "failed span")) with exception and ERROR log of its own")
                }
                if seen.unprovenErrorCount > 0 {
                    return .fail(
                        function.name,
                        "\(Quote.count(seen.unprovenErrorCount, "failed span")), none with both an exception and an ERROR log of the same span",
                        at: place)
                }
                if seen.handedOnErrorCount > 0 {
                    return .pass(
                        function.name,
                        "\(Quote.count(seen.handedOnErrorCount, "failed span")), all above one with exception and ERROR log"
                    )
                }
                if let failure = deployment.probe?.unrecordedFailure(of: function) {
                    return .fail(function.name, "the probe \(failure) failed and no span says so", at: place)
                }
                // What the gate cannot call it cannot make fail.
                return .inconclusive(
                    function.name, "no failure was seen", at: place,
                    remedy: "Name a request that fails under probe: in gate.yaml, and give --probe.",
                    level: function.declaration.isUserFacing ? nil : .warn)
            }
        },
        Rule(
            id: "TG-TRC-08", level: .warn, title: "A function's span says what the platform knows",
            reason:
                "Cold start, invocation id, trigger and resource id lead from a span to the platform's own console.",
            remedy:
                "Set faas.coldstart, faas.invocation_id, faas.trigger and cloud.resource_id on the entry span or resource.",
            phase: .evidence, source: "semantic conventions, faas spans"
        ) { deployment in
            deployment.eachSeenFunction { function, seen in
                guard seen.judgedEntryCount > 0 else {
                    return .inconclusive(function.name, "no entry span has arrived", at: function.declaration.place)
                }
                if let request = deployment.probe?.unseenColdStart(of: function) {
                    return .inconclusive(
                        function.name, "the cold start of probe \(request) met a warm instance, or nothing tells of it",
                        at: function.declaration.place,
                        remedy: "Let the probe's command replace the instances before it calls; set faas.coldstart.")
                }
                let missing = seen.entriesWithout.sorted { $0.key < $1.key }
                guard !missing.isEmpty else { return .pass(function.name, Quote.count(seen.judgedEntryCount, "span")) }
                let parts = missing.map { $0.value == seen.judgedEntryCount ? $0.key : "\($0.key) (in \($0.value))" }
                return .fail(
                    function.name,
                    "of \(Quote.count(seen.judgedEntryCount, "entry span")) are without: \(Quote.list(parts, limit: 4))",
                    at: function.declaration.place)
            }
        },
        Rule(
            id: "TG-TRC-09", level: .warn, title: "Telemetry leaves before the function is frozen",
            reason: "What is still in memory then comes an invocation late, or never.",
            remedy: "Flush before the answer, with a deadline, or send to an agent beside the function.",
            phase: .evidence, source: "opentelemetry-lambda#2099"
        ) { deployment in
            deployment.eachFunction { function in
                let probes = deployment.probe?.requests(reaching: function) ?? []
                guard !probes.isEmpty else {
                    return .inconclusive(
                        function.name, "only the gate's own requests can show it", at: function.declaration.place,
                        remedy: "Run the gate with --probe.")
                }
                let answered = probes.filter(\.wasAnswered)
                guard !answered.isEmpty else {
                    return .inconclusive(
                        function.name, "none of the gate's requests was answered", at: function.declaration.place,
                        remedy: "See TG-GATE-01.")
                }
                let late = answered.filter { !$0.isStored }
                guard late.isEmpty else {
                    return .fail(
                        function.name,
                        "\(late.count) of \(Quote.count(answered.count, "probe")) not stored when the next was sent",
                        at: function.declaration.place)
                }
                return .pass(function.name, Quote.count(answered.count, "probe"))
            }
        },
    ]
}

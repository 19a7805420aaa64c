extension ProbeReport {
    /// How far the earliest span of a request lies before the request was sent.
    var clockBehindSeconds: Double? {
        requests.compactMap { request -> Double? in
            guard let start = request.story?.startUnixNano, start > 0, start < request.sentUnixNano else { return nil }
            return Double(request.sentUnixNano - start) / 1e9
        }.max()
    }

    /// The gate's own requests that came back otherwise than they were meant to: nothing is proven by them.
    func unproven(at place: (String) -> Place?) -> [Observation] {
        requests.filter { !$0.isAsExpected }.map { request in
            let saw = "the gate's request \(request.summary)"
            guard request.wasAnswered else {
                return .inconclusive(
                    request.function, saw, at: place(request.function),
                    remedy:
                        "See that its endpoint can be reached from here, and that probe: in gate.yaml asks for what it answers."
                )
            }
            guard request.purpose == .failure else {
                return .inconclusive(
                    request.function, "\(saw); must succeed", at: place(request.function),
                    remedy: "See why it fails (traceview \(request.requestID)), or name another request under probe:.")
            }
            // That errors can be seen may have been proven by others (TG-TRC-07).
            return .inconclusive(
                request.function, "\(saw); must fail", at: place(request.function),
                remedy: "Name a request that fails under probe: in gate.yaml.", level: .warn)
        }
    }
}

extension ProbeReport.Request {
    /// "success GET /lessons: HTTP 404".
    var summary: String {
        let what = [purpose.rawValue, Quote.short(request)].filter { !$0.isEmpty }.joined(separator: " ")
        return "\(what): \(Quote.short(answer))"
    }

    /// What became of its telemetry.
    var arrival: String {
        guard wasAnswered else { return "nothing is known" }
        guard let story else { return "not stored" }
        let after = arrivalMilliseconds.map { " after \(Text.duration($0 * 1e6))" } ?? ""
        return "stored\(after): \(Quote.count(story.spanCount, "span")), \(Quote.count(story.logCount, "line"))"
    }
}

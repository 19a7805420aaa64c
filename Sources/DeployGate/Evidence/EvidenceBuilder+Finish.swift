import OTLP

extension EvidenceBuilder {
    /// The evidence of everything that was added.
    public consuming func finish() -> Evidence {
        evidence.sampledSpanCount = sample.rows.count
        judgeLogs()
        judgeTraces()
        for (use, value) in attributes {
            evidence.attributes[use] = AttributeUseCount(
                count: value.count, service: services[value.service].name, kind: value.kind)
        }
        for (name, entry) in metrics.entries.sorted(by: { $0.key < $1.key }) {
            var metric = MetricEvidence(name: name)
            metric.services = Set(entry.services.map { services[$0].name })
            metric.units = entry.units
            metric.historicUnits = entry.historicUnits
            metric.buckets = entry.buckets
            metric.historicBuckets = entry.historicBuckets
            for (key, values) in entry.values {
                metric.cardinalities[key.attribute] = max(metric.cardinalities[key.attribute] ?? 0, values.count)
            }
            evidence.metrics.append(metric)
        }
        evidence.services = services.sorted { $0.name < $1.name }
        return evidence
    }

    /// Log lines against the spans they name. A line of a trace that has since been let go cannot be judged.
    private mutating func judgeLogs() {
        var lines: [SpanKey: [Int]] = [:]
        for (key, service) in placedLogs where sample.isSampled(key.trace) { lines[key, default: []].append(service) }
        for row in sample.rows { lines[SpanKey(trace: row.trace, span: row.span)] = nil }
        for services in lines.values {
            for service in services { self.services[service].strayLogCount += 1 }
        }
        placedLogs = []
    }

    private mutating func judgeTraces() {
        var sample = TraceSample()
        swap(&sample, &self.sample)
        sample.forEachTrace {
            let isWhole = isWhole($0)
            judge($0, isWhole)
            judgeFailures($0, isWhole)
        }
        failures = [:]
        errorLogs = [:]
        invocationDurations = [:]
    }

    /// A trace that began before the window, or is still being written at its end, is not whole.
    private func isWhole(_ trace: ArraySlice<TraceSample.Row>) -> Bool {
        let firstSecond = trace.lazy.map(\.startSecond).min() ?? 0
        let lastSecond = trace.lazy.map(\.startSecond).max() ?? 0
        return window.seconds < 4 || firstSecond >= 2 && Double(lastSecond) + 2 <= window.seconds
    }

    private mutating func judge(_ trace: ArraySlice<TraceSample.Row>, _ isWhole: Bool) {
        var internalSpans: [UInt16: Int] = [:]
        var shortSpans: [UInt16: Int] = [:]
        var answered: Set<SpanID> = []
        for row in trace where row.kind == 2 || row.kind == 5 { answered.insert(row.parent) }
        for row in trace {
            let service = Int(row.service)
            let isEntry = row.kind == 2 || row.kind == 5
            services[service].tracedSpanCount += 1
            if row.kind == 1 { internalSpans[row.service, default: 0] += 1 }
            if row.isShort { shortSpans[row.service, default: 0] += 1 }
            if row.parent.isZero {
                services[service].rootCount += 1
                if row.kind == 3 { services[service].clientRootCount += 1 }
            } else if isWhole, trace.place(of: row.parent) == nil {
                if isEntry {
                    services[service].entryOrphanCount += 1
                } else {
                    services[service].orphanCount += 1
                    services[service].orphanTrace = services[service].orphanTrace ?? row.trace
                }
            }
            if row.callee >= 0 {
                let name = callees[Int(row.callee)]
                var call = services[service].calls[name] ?? .init()
                call.made += 1
                let isLinked = linkedSpans.contains(SpanKey(trace: row.trace, span: row.span))
                if isLinked || answered.contains(row.span) { call.answered += 1 }
                services[service].calls[name] = call
            }
        }
        for (service, count) in internalSpans {
            services[Int(service)].mostInternalSpans = max(services[Int(service)].mostInternalSpans, count)
            if count > Thresholds.internalSpansMax { services[Int(service)].tracesWithManyInternalSpans += 1 }
        }
        let shortCount = shortSpans.values.reduce(0, +)
        guard shortCount > Thresholds.shortSpansMax, let most = shortSpans.max(by: { $0.value < $1.value }) else {
            return
        }
        services[Int(most.key)].tracesWithManyShortSpans += 1
        services[Int(most.key)].mostShortSpans = max(services[Int(most.key)].mostShortSpans, shortCount)
    }

    /// A failure is proven by the failed span itself: by its exception and an ERROR log of the same span. The spans above it only
    /// hand its error on, and need not tell it again.
    private mutating func judgeFailures(_ trace: ArraySlice<TraceSample.Row>, _ isWhole: Bool) {
        guard !failures.isEmpty else { return }
        var proven: Set<SpanID> = []
        var above: Set<SpanID> = []
        for row in trace {
            let key = SpanKey(trace: row.trace, span: row.span)
            guard let failure = failures[key], let hasException = errorLogs[key] else { continue }
            guard failure.hasException || hasException else { continue }
            proven.insert(row.span)
            // Each span is above once: a loop of parents ends too.
            var parent = row.parent
            while above.insert(parent).inserted, let place = trace.place(of: parent) { parent = trace[place].parent }
        }
        for row in trace {
            guard let failure = failures[SpanKey(trace: row.trace, span: row.span)] else { continue }
            if proven.contains(row.span) {
                services[failure.service].provenErrorCount += 1
            } else if above.contains(row.span) {
                services[failure.service].handedOnErrorCount += 1
            } else if isWhole {
                services[failure.service].unprovenErrorCount += 1
            }
        }
    }
}

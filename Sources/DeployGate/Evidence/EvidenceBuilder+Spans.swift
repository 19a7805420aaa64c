import OTLP

extension EvidenceBuilder {
    mutating func add(_ data: TracesData) {
        for group in data.resourceSpans {
            guard let service = service(of: group.resource) else { continue }
            let isJudged = isJudged(group.resource)
            var isNoted = false
            for span in group.scopeSpans.lazy.flatMap(\.spans) {
                guard isJudged, isInWindow(span.startTimeUnixNano) else {
                    addHistory(span, of: service, group.resource)
                    continue
                }
                if !isNoted {
                    note(group.resource, of: service)
                    isNoted = true
                }
                add(span, of: service, resource: group.resource)
            }
        }
    }

    private mutating func addHistory(_ span: Span, of service: Int, _ resource: Resource?) {
        services[service].history.spanNames.add(span.name)
        if let version = resource?.attributes["service.version"]?.string, !version.isEmpty {
            services[service].history.versions.add(version)
        }
        if isEntry(span) { services[service].history.entryDurations.add(duration(span)) }
    }

    private mutating func add(_ span: Span, of service: Int, resource: Resource?) {
        see(span.startTimeUnixNano, of: service)
        evidence.spanCount += 1
        services[service].spanCount += 1
        services[service].spanNames.add(span.name)
        if isEntry(span) { addEntry(span, of: service, resource: resource) }
        if span.status?.code == .error { addFailure(span, of: service) }
        for link in span.links where sample.isSampled(link.traceID) && linkedSpans.count < Limits.sampledValuesMax {
            linkedSpans.insert(SpanKey(trace: link.traceID, span: link.spanID))
        }
        guard sample.isSampled(span.traceID) else { return }
        addSampled(span, of: service)
    }

    private mutating func addEntry(_ span: Span, of service: Int, resource: Resource?) {
        let duration = duration(span)
        services[service].entryCount += 1
        services[service].judgedEntryCount += 1
        services[service].entryDurations.add(duration)
        if span.status?.code == .error { services[service].entryErrorCount += 1 }
        if span.attributes["faas.coldstart"] == .bool(true) { services[service].coldStartDurations.add(duration) }
        let resourceAttributes = resource?.attributes ?? []
        for key in ["faas.coldstart", "faas.invocation_id", "faas.trigger", "cloud.resource_id"]
        where span.attributes[key] == nil && resourceAttributes[key] == nil {
            services[service].entriesWithout[key, default: 0] += 1
        }
        if let used = EvidenceBuilder.number(span.attributes["faas.mem_usage"]) {
            services[service].peakMemoryBytes = max(services[service].peakMemoryBytes ?? 0, used)
        }
        if let seconds = EvidenceBuilder.number(span.attributes["faas.init_duration"]), seconds >= 0, seconds < 1e6 {
            services[service].initDurations.add(UInt64(seconds * 1e9))
        }
        if let id = span.attributes["faas.invocation_id"]?.string {
            let hash = SampledSet.hash(id)
            services[service].invocationsWithEntry.insert(hash)
            compare(.span, duration, ofInvocation: hash, of: service)
        }
    }

    private mutating func addFailure(_ span: Span, of service: Int) {
        let hasException = span.events.contains { $0.name == "exception" } || span.attributes["exception.type"] != nil
        guard failures.count < Limits.sampledValuesMax else { return }
        failures[SpanKey(trace: span.traceID, span: span.spanID)] = Failure(
            service: service, hasException: hasException)
    }

    private mutating func addSampled(_ span: Span, of service: Int) {
        var callee: Int16 = -1
        for attribute in span.attributes {
            use(attribute, .span, service)
            guard let text = attribute.value?.string else { continue }
            searchSecrets(text, of: service, at: "span attribute \(attribute.key)")
            switch attribute.key {
            case "faas.invoked_name", "service.peer.name", "peer.service":
                if span.kind == .client || span.kind == .producer { callee = self.callee(text) }
            case "faas.invocation_id": services[service].invocations.insert(SampledSet.hash(text))
            default: break
            }
        }
        if span.kind == .client { addCall(span, of: service) }
        for event in span.events {
            for attribute in event.attributes {
                guard let text = attribute.value?.string else { continue }
                searchSecrets(text, of: service, at: "event attribute \(attribute.key)")
            }
        }
        let second =
            span.startTimeUnixNano > window.sinceUnixNano
            ? (span.startTimeUnixNano - window.sinceUnixNano) / 1_000_000_000 : 0
        sample.append(
            TraceSample.Row(
                trace: span.traceID, span: span.spanID, parent: span.parentSpanID,
                startSecond: UInt32(clamping: second), service: UInt16(service), callee: callee,
                kind: UInt8(clamping: span.kind.rawValue), isShort: duration(span) < 5_000_000))
    }

    /// A call that timed out shows how long its client waits. One that carries telemetry shows how long an export takes, for
    /// SDKs that do not measure it themselves.
    private mutating func addCall(_ span: Span, of service: Int) {
        let path = span.attributes["url.path"]?.string ?? span.attributes["url.full"]?.string ?? ""
        let isExport =
            ["/v1/traces", "/v1/logs", "/v1/metrics"].contains { path.hasSuffix($0) }
            || span.attributes["rpc.service"]?.string?.hasPrefix("opentelemetry.proto.collector.") == true
        guard !isExport else {
            services[service].exportDurations.add(duration(span))
            return
        }
        services[service].clientCallCount += 1
        let error = (span.attributes["error.type"]?.string ?? "").lowercased()
        guard error.contains("timeout") || error.contains("deadline") else { return }
        let callee =
            ["faas.invoked_name", "service.peer.name", "peer.service", "server.address"].lazy
            .compactMap { span.attributes[$0]?.string }.first ?? span.name
        guard services[service].timedOutCalls[callee] != nil || services[service].timedOutCalls.count < 100 else {
            return
        }
        services[service].timedOutCalls[callee, default: DurationSketch()].add(duration(span))
    }

    private static func number(_ value: AttributeValue?) -> Double? {
        switch value {
        case .int(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }

    private func isEntry(_ span: Span) -> Bool { span.kind == .server || span.kind == .consumer }

    private func duration(_ span: Span) -> UInt64 {
        span.endTimeUnixNano > span.startTimeUnixNano ? span.endTimeUnixNano - span.startTimeUnixNano : 0
    }
}

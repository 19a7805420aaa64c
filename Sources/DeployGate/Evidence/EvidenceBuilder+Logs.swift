import OTLP

extension EvidenceBuilder {
    mutating func add(_ data: LogsData) {
        for group in data.resourceLogs {
            guard let service = service(of: group.resource) else { continue }
            let isJudged = isJudged(group.resource)
            var isNoted = false
            for scope in group.scopeLogs {
                for record in scope.logRecords {
                    let time = record.occurredUnixNano
                    guard isJudged, isInWindow(time) else {
                        for attribute in record.attributes { services[service].history.logKeys.add(attribute.key) }
                        continue
                    }
                    if !isNoted {
                        note(group.resource, of: service)
                        isNoted = true
                    }
                    see(time, of: service)
                    evidence.logCount += 1
                    services[service].logCount += 1
                    add(record, of: service, isNamed: scope.scope?.name.isEmpty == false)
                }
            }
        }
    }

    private mutating func add(_ record: LogRecord, of service: Int, isNamed: Bool) {
        if record.severityNumber >= .error, !record.spanID.isZero, errorLogs.count < Limits.sampledValuesMax {
            let key = SpanKey(trace: record.traceID, span: record.spanID)
            let hasException = record.attributes.contains {
                $0.key == "exception.type" || $0.key == "exception.message"
            }
            errorLogs[key] = errorLogs[key] == true || hasException
        }
        let isSampled =
            record.traceID.isZero
            ? SampledSet.isKept(SampledSet.mix(record.timeUnixNano), depth: sample.depth)
            : sample.isSampled(record.traceID)
        guard isSampled else { return }
        let text = record.body?.string
        if let text, PlatformLine.isPlatformLine(text) {
            services[service].platformLineCount += 1
            if let report = PlatformLine.report(in: text) { add(report, of: service) }
            return
        }
        if let report = PlatformLine.report(in: record.attributes) { add(report, of: service) }
        services[service].judgedLogCount += 1
        judgeShape(record, text, of: service, isNamed: isNamed)
        judgeFields(record, of: service)
        if let text { searchSecrets(text, of: service, at: "log body") }
        for attribute in record.attributes {
            use(attribute, .log, service)
            services[service].logKeys.add(attribute.key)
            if let value = attribute.value?.string {
                searchSecrets(value, of: service, at: "log attribute \(attribute.key)")
            }
        }
    }

    /// A record without a level, a logger or attributes, whose body is text that is no JSON object, was a bare line.
    private mutating func judgeShape(_ record: LogRecord, _ text: String?, of service: Int, isNamed: Bool) {
        let line = record.attributes["log.record.original"]?.string
        let bare = line ?? (record.severityNumber == .unspecified && record.attributes.isEmpty && !isNamed ? text : nil)
        guard let bare, !isJSONObject(bare) else { return }
        services[service].unstructuredCount += 1
        // Lines may hold secrets: a few words are enough to find where it is written.
        if services[service].unstructuredExample == nil, SecretPatterns.kind(in: bare) == nil {
            services[service].unstructuredExample = String(bare.prefix(40))
        }
    }

    private mutating func judgeFields(_ record: LogRecord, of service: Int) {
        if record.timeUnixNano == 0 { services[service].logsWithout["timestamp", default: 0] += 1 }
        if record.severityNumber == .unspecified, record.severityText.isEmpty {
            services[service].logsWithout["level", default: 0] += 1
        }
        if record.body == nil || record.body == .empty || record.body == .string("") {
            if record.eventName.isEmpty { services[service].logsWithout["message", default: 0] += 1 }
        }
        if services[service].isNameless { services[service].logsWithout["service", default: 0] += 1 }
        let invocationID = record.attributes["faas.invocation_id"]?.string
        let requestID = record.attributes["request.id"]?.string ?? invocationID
        let isPlaced = !record.traceID.isZero && !record.spanID.isZero
        if isPlaced {
            if requestID == nil { services[service].logsWithout["request id", default: 0] += 1 }
            services[service].placedLogCount += 1
            if placedLogs.count < Limits.sampledSpansMax {
                placedLogs.append((SpanKey(trace: record.traceID, span: record.spanID), service))
            }
        } else if requestID != nil {
            services[service].unplacedLogCount += 1
            if let invocationID { services[service].invocations.insert(SampledSet.hash(invocationID)) }
        }
        judgeLevel(record, of: service)
    }

    private mutating func judgeLevel(_ record: LogRecord, of service: Int) {
        if record.severityNumber != .unspecified, !(1...24).contains(record.severityNumber.rawValue) {
            services[service].unknownLevels.add(String(record.severityNumber.rawValue))
        } else if record.severityNumber == .unspecified, !record.severityText.isEmpty,
            !EvidenceBuilder.levels.contains(record.severityText.lowercased())
        {
            services[service].unknownLevels.add(record.severityText)
        }
        let isDebug =
            record.severityNumber != .unspecified
            ? record.severityNumber < .info : ["debug", "trace"].contains(record.severityText.lowercased())
        if isDebug { services[service].debugLogCount += 1 }
    }

    private static let levels: Set<String> = [
        "trace", "debug", "info", "information", "notice", "warn", "warning", "error", "err", "fatal", "critical",
        "crit",
        "emerg", "emergency", "alert",
    ]

    private mutating func add(_ report: PlatformLine.Report, of service: Int) {
        if let used = report.maxMemoryBytes {
            services[service].peakMemoryBytes = max(services[service].peakMemoryBytes ?? 0, used)
        }
        if let limit = report.memoryLimitBytes { services[service].memoryLimitBytes = limit }
        if let nanoseconds = EvidenceBuilder.nanoseconds(milliseconds: report.initMilliseconds) {
            services[service].initDurations.add(nanoseconds)
        }
        if let id = report.requestID, let nanoseconds = EvidenceBuilder.nanoseconds(milliseconds: report.milliseconds) {
            compare(.platform, nanoseconds, ofInvocation: SampledSet.hash(id), of: service)
        }
    }

    private static func nanoseconds(milliseconds: Double?) -> UInt64? {
        guard let milliseconds, milliseconds.isFinite, milliseconds >= 0, milliseconds < 1e9 else { return nil }
        return UInt64(milliseconds * 1e6)
    }

    private func isJSONObject(_ text: String) -> Bool {
        guard text.utf8.first(where: { $0 != 0x20 && $0 != 0x09 }) == UInt8(ascii: "{") else { return false }
        var reader = JSONReader(Array(text.utf8))
        do throws(JSONError) {
            try reader.skip()
            try reader.end()
            return true
        } catch {
            return false
        }
    }
}

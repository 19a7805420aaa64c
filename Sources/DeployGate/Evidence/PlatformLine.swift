import OTLP

/// Lines that the platform writes among a function's own, and what they report.
///
/// Source: AWS Lambda, REPORT lines and the Telemetry API's `platform.*` events.
enum PlatformLine {
    /// What an invocation cost, as the platform says.
    struct Report {
        /// Whose it is: what `faas.invocation_id` says too.
        var requestID: String?
        var milliseconds: Double?
        var maxMemoryBytes: Double?
        var memoryLimitBytes: Double?
        var initMilliseconds: Double?
    }

    static func isPlatformLine(_ text: String) -> Bool {
        [
            "START RequestId:", "END RequestId:", "REPORT RequestId:", "INIT_START ", "EXTENSION\t", "TELEMETRY\t",
            "XRAY TraceId:",
        ]
        .contains { text.hasPrefix($0) }
    }

    /// The figures of a `REPORT` line.
    static func report(in text: String) -> Report? {
        guard text.hasPrefix("REPORT RequestId:") else { return nil }
        let id = text.dropFirst("REPORT RequestId:".count).drop { $0 == " " }.prefix { $0 != "\t" && $0 != " " }
        return Report(
            requestID: String(id), milliseconds: number(after: "\tDuration: ", in: text),
            maxMemoryBytes: number(after: "Max Memory Used: ", in: text).map { $0 * 1_048_576 },
            memoryLimitBytes: number(after: "Memory Size: ", in: text).map { $0 * 1_048_576 },
            initMilliseconds: number(after: "Init Duration: ", in: text))
    }

    /// The figures of a `platform.report` event that came as structured attributes.
    static func report(in attributes: [Attribute]) -> Report? {
        func figure(_ keys: String...) -> Double? {
            for key in keys {
                switch attributes[key] {
                case .int(let value): return Double(value)
                case .double(let value): return value
                default: continue
                }
            }
            return nil
        }
        let id = attributes["faas.invocation_id"]?.string ?? attributes["requestId"]?.string
        let report = Report(
            requestID: id, milliseconds: figure("durationMs", "metrics.durationMs"),
            maxMemoryBytes: figure("faas.max_memory_used", "faas.mem_usage")
                ?? figure("maxMemoryUsedMB", "metrics.maxMemoryUsedMB").map { $0 * 1_048_576 },
            memoryLimitBytes: figure("faas.max_memory")
                ?? figure("memorySizeMB", "metrics.memorySizeMB").map { $0 * 1_048_576 },
            initMilliseconds: figure("initDurationMs", "metrics.initDurationMs"))
        let isEmpty = report.maxMemoryBytes == nil && report.initMilliseconds == nil
        return isEmpty ? nil : report
    }

    private static func number(after label: String, in text: String) -> Double? {
        guard let range = text.range(ofLast: label) else { return nil }
        return Double(text[range.upperBound...].prefix { $0.isNumber || $0 == "." })
    }
}

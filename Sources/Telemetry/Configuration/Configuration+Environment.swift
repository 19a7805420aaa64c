import Glibc
import Logging

extension Telemetry.Configuration {
    /// What the `OTEL_*` variables of the process say, with the specification's defaults for what they leave open.
    ///
    /// A value that cannot be used is named on standard error and its default taken.
    /// Source: OpenTelemetry specification 1.x, environment variables; OTLP exporter configuration.
    public static var environment: Telemetry.Configuration {
        Telemetry.Configuration { name in getenv(name).map { String(cString: $0) } }
    }

    package init(environment variable: (String) -> String?) {
        // An empty variable counts as one that is not set: the specification says so.
        func value(_ name: String) -> String? { variable(name).flatMap { $0.isEmpty ? nil : $0 } }
        let pairs = PairList.parse(value("OTEL_RESOURCE_ATTRIBUTES") ?? "")
        let named = pairs.last { $0.name == "service.name" }?.value
        self.init(serviceName: value("OTEL_SERVICE_NAME") ?? named ?? "unknown_service")
        for pair in pairs where pair.name != "service.name" { resourceAttributes[pair.name] = pair.value }

        headers = PairList.parse(value("OTEL_EXPORTER_OTLP_HEADERS") ?? "").filter {
            HeaderText.isName($0.name) && HeaderText.isValue($0.value)
        }
        if let url = value("OTEL_EXPORTER_OTLP_ENDPOINT") {
            endpoint = Telemetry.Endpoint(url)
            if endpoint == nil {
                Diagnostics.say(
                    "cannot export to OTEL_EXPORTER_OTLP_ENDPOINT: it must be http://host[:port][/path]; nothing is sent"
                )
            }
        }
        exportTimeout = Self.milliseconds("OTEL_EXPORTER_OTLP_TIMEOUT", value) ?? exportTimeout
        exportInterval = Self.milliseconds("OTEL_BSP_SCHEDULE_DELAY", value) ?? exportInterval
        waitingRecordsMax = Self.number("OTEL_BSP_MAX_QUEUE_SIZE", 1...1_000_000, value) ?? waitingRecordsMax
        isDisabled = value("OTEL_SDK_DISABLED")?.lowercased() == "true"
        if let text = value("OTEL_LOG_LEVEL") {
            if let level = Self.level(text) {
                logLevel = level
            } else {
                Self.refuse("OTEL_LOG_LEVEL", "trace, debug, info, warn or error")
            }
        }
    }

    private static func level(_ text: String) -> Logger.Level? {
        switch text.lowercased() {
        case "warn": .warning
        case "fatal": .critical
        case let text: Logger.Level(rawValue: text)
        }
    }

    private static func milliseconds(_ name: String, _ value: (String) -> String?) -> Duration? {
        number(name, 1...86_400_000, value).map { .milliseconds($0) }
    }

    private static func number(_ name: String, _ range: ClosedRange<Int>, _ value: (String) -> String?) -> Int? {
        guard let text = value(name) else { return nil }
        if let number = Int(text), range.contains(number) { return number }
        refuse(name, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    private static func refuse(_ name: String, _ wanted: String) {
        Diagnostics.say("cannot use \(name): it must be \(wanted); the default is taken")
    }
}

/// `name=value,name=value`, values percent-encoded: how two of the variables write a list.
enum PairList {
    static func parse(_ text: String) -> [(name: String, value: String)] {
        text.split(separator: ",").compactMap { entry in
            guard let equals = entry.firstIndex(of: "=") else { return nil }
            let name = entry[..<equals].trimmed
            guard !name.isEmpty else { return nil }
            return (String(name), PercentCoding.decode(entry[entry.index(after: equals)...].trimmed))
        }
    }
}

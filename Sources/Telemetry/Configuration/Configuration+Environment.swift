import Glibc
import Logging
import OTLP

extension Telemetry.Configuration {
    /// What the `OTEL_*` variables of the process say, with the specification's defaults for what they leave open.
    ///
    /// A value that cannot be used is named on standard error and its default taken.
    /// Source: OpenTelemetry specification 1.x, environment variables; OTLP exporter configuration. Variables that
    ///         begin with `TELEMETRY_` are this library's own (Documentation/Formats/environment.md).
    public static var environment: Telemetry.Configuration {
        Telemetry.Configuration { name in getenv(name).map { String(cString: $0) } }
    }

    package init(environment variable: @escaping (String) -> String?) {
        let reader = EnvironmentReader(variable: variable)
        let attributes = reader.pairs("OTEL_RESOURCE_ATTRIBUTES")
        let named = attributes.last { $0.name == "service.name" }?.value
        self.init(serviceName: reader.text("OTEL_SERVICE_NAME") ?? named ?? Self.unknownService)
        for pair in attributes where pair.name != "service.name" { resourceAttributes[pair.name] = .string(pair.value) }
        adopt(PlatformDetection.platform(environment: variable))
        isDisabled = reader.flag("OTEL_SDK_DISABLED")
        for signal in Signal.allCases { readExport(of: signal, reader) }
        readBatches(reader)
        readTraces(reader)
        readLogs(reader)
        readMetrics(reader)
    }

    // MARK: Export

    private mutating func readExport(of signal: Signal, _ reader: EnvironmentReader) {
        let word = "\(signal)".uppercased()
        // What a signal says for itself comes before what is said for all.
        func both<Value>(_ name: String, _ read: (String) -> Value?) -> Value? {
            read("OTEL_EXPORTER_OTLP_\(word)_\(name)") ?? read("OTEL_EXPORTER_OTLP_\(name)")
        }
        var settings = self[signal]
        defer { self[signal] = settings }
        settings.headers = (both("HEADERS") { reader.text($0) == nil ? nil : reader.pairs($0) } ?? []).filter {
            HeaderText.isName($0.name) && HeaderText.isValue($0.value)
        }
        settings.timeout = both("TIMEOUT", reader.milliseconds) ?? settings.timeout
        settings.compression =
            both("COMPRESSION") { reader.choice($0, ["none": Telemetry.Compression.none, "gzip": .gzip]) } ?? .none
        settings.encoding = both("PROTOCOL", reader.encoding) ?? .protobuf
        settings.certificates = Telemetry.Certificates(
            authoritiesFile: both("CERTIFICATE", reader.text),
            clientChainFile: both("CLIENT_CERTIFICATE", reader.text), clientKeyFile: both("CLIENT_KEY", reader.text))
        settings.destination = destination(of: signal, word, reader)
    }

    private func destination(
        of signal: Signal, _ word: String, _ reader: EnvironmentReader
    ) -> Telemetry.Destination {
        switch reader.choice(
            "OTEL_\(word)_EXPORTER", ["otlp": "otlp", "console": "lines", "otlp/stdout": "lines", "none": "none"])
        {
        case "none": return .nowhere
        case "lines": return .standardOutput
        default: break
        }
        if let file = reader.text("TELEMETRY_OTLP_FILE") { return .file(file) }
        // A signal's own endpoint is taken as it is; the common one is where the signals' paths begin.
        let own = "OTEL_EXPORTER_OTLP_\(word)_ENDPOINT"
        if let url = reader.text(own) { return destination(own, Telemetry.Endpoint(url)) }
        let common = "OTEL_EXPORTER_OTLP_ENDPOINT"
        if let url = reader.text(common) { return destination(common, Telemetry.Endpoint(url)?.appending(signal)) }
        return .collector(Telemetry.Endpoint.localCollector.appending(signal))
    }

    private func destination(_ name: String, _ endpoint: Telemetry.Endpoint?) -> Telemetry.Destination {
        if let endpoint { return .collector(endpoint) }
        Diagnostics.say("cannot export to \(name): it must be http[s]://host[:port][/path]; nothing is sent")
        return .nowhere
    }

    private mutating func readBatches(_ reader: EnvironmentReader) {
        for (signal, word) in [(Signal.traces, "BSP"), (.logs, "BLRP")] {
            let prefix = "OTEL_\(word)_"
            var settings = self[signal]
            settings.interval = reader.milliseconds(prefix + "SCHEDULE_DELAY") ?? settings.interval
            settings.timeout = reader.milliseconds(prefix + "EXPORT_TIMEOUT") ?? settings.timeout
            settings.waitingRecordsMax =
                reader.number(prefix + "MAX_QUEUE_SIZE", 1...1_000_000) ?? settings.waitingRecordsMax
            settings.batchRecordsMax = min(
                reader.number(prefix + "MAX_EXPORT_BATCH_SIZE", 1...1_000_000) ?? settings.batchRecordsMax,
                settings.waitingRecordsMax)
            self[signal] = settings
        }
        metrics.interval = reader.milliseconds("OTEL_METRIC_EXPORT_INTERVAL") ?? metrics.interval
        metrics.timeout = reader.milliseconds("OTEL_METRIC_EXPORT_TIMEOUT") ?? metrics.timeout
    }

    // MARK: Signals

    private mutating func readTraces(_ reader: EnvironmentReader) {
        propagators = reader.list("OTEL_PROPAGATORS") ?? propagators
        sampler = Self.sampler(reader) ?? sampler
        let counts = 0...1_000_000
        let attributes = reader.number("OTEL_ATTRIBUTE_COUNT_LIMIT", counts)
        spanLimits.attributesMax =
            reader.number("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", counts) ?? attributes ?? spanLimits.attributesMax
        spanLimits.eventsMax = reader.number("OTEL_SPAN_EVENT_COUNT_LIMIT", counts) ?? spanLimits.eventsMax
        spanLimits.linksMax = reader.number("OTEL_SPAN_LINK_COUNT_LIMIT", counts) ?? spanLimits.linksMax
        spanLimits.attributesPerEventMax =
            reader.number("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", counts) ?? attributes ?? spanLimits.attributesPerEventMax
        spanLimits.attributesPerLinkMax =
            reader.number("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", counts) ?? attributes ?? spanLimits.attributesPerLinkMax
        spanLimits.valueLengthMax =
            reader.number("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", counts)
            ?? reader.number("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", counts) ?? spanLimits.valueLengthMax
        logFieldsMax =
            reader.number("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", counts) ?? attributes ?? logFieldsMax
        logValueLengthMax =
            reader.number("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", counts)
            ?? reader.number("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", counts) ?? logValueLengthMax
    }

    private static func sampler(_ reader: EnvironmentReader) -> (any Sampler)? {
        let name = "OTEL_TRACES_SAMPLER"
        let argument = name + "_ARG"
        guard let text = reader.text(name)?.lowercased() else { return nil }
        let isParentBased = text.hasPrefix("parentbased_")
        let root: any Sampler
        switch isParentBased ? String(text.dropFirst("parentbased_".count)) : text {
        case "always_on": root = ConstantSampler.alwaysOn
        case "always_off": root = ConstantSampler.alwaysOff
        case "traceidratio": root = TraceIDRatioSampler(ratio: reader.ratio(argument) ?? 1)
        case "ratelimited":
            guard let rate = reader.text(argument).flatMap(Double.init), rate >= 0 else {
                reader.refuse(argument, "a number of traces a second")
                return nil
            }
            root = RateLimitedSampler(spansPerSecond: rate)
        default:
            reader.refuse(name, "[parentbased_]always_on, always_off, traceidratio or ratelimited")
            return nil
        }
        return isParentBased ? ParentBasedSampler(root: root) : root
    }

    private mutating func readLogs(_ reader: EnvironmentReader) {
        logLevel = reader.level("OTEL_LOG_LEVEL") ?? logLevel
        for (label, text) in reader.pairs("TELEMETRY_LOG_LEVELS") {
            if let level = Logger.Level(environment: text) {
                logLevels[label] = level
            } else {
                reader.refuse("TELEMETRY_LOG_LEVELS", "a list of logger=level")
            }
        }
        writesLogLines = reader.choice("TELEMETRY_LOG_LINES", ["stdout": true, "none": false]) ?? writesLogLines
        logFieldNames =
            reader.choice("TELEMETRY_LOG_FIELD_NAMES", ["otel": LogFieldNames.otel, "cloudwatch": .cloudwatch])
            ?? logFieldNames
        bufferedLogLevel = reader.level("TELEMETRY_BUFFERED_LOG_LEVEL") ?? bufferedLogLevel
        debugRequestRatio = reader.ratio("TELEMETRY_DEBUG_REQUEST_RATIO") ?? debugRequestRatio
    }

    private mutating func readMetrics(_ reader: EnvironmentReader) {
        usesDeltaMetrics =
            reader.choice(
                "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
                ["cumulative": false, "delta": true, "lowmemory": true]) ?? usesDeltaMetrics
        let aggregation = reader.choice(
            "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
            ["explicit_bucket_histogram": false, "base2_exponential_bucket_histogram": true])
        if aggregation == true { histogramBuckets = .exponential }
    }
}
